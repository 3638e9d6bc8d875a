import assert from "node:assert/strict";

import { Callback } from "@pulumi/pulumi/proto/callback_pb.js";
import { ConstructRequest } from "@pulumi/pulumi/proto/provider_pb.js";
import { RegisterResourceRequest } from "@pulumi/pulumi/proto/resource_pb.js";

import { constructDroplet } from "../../../plugin/component.js";
import type { Monitor, Registration } from "../../../plugin/monitor.js";
import { plain, secret, secretAs, toStruct, type Value, type Values } from "../../../plugin/values.js";
import { UNKNOWN } from "../../../provider/stored/inputs.js";

const TAG = "teardown-0123456789abcdef";
const PARENT = "urn:pulumi:dev::shop::my:index:Site::site";
const SPEC = { image: "ubuntu-24-04-x64", size: "s-1vcpu-1gb" };
const SIGNATURE = "4dabf18193072939515e22adb298388d";
const OWN_DELETE = new Callback().setTarget("127.0.0.1:1").setToken("own delete");
/** A provider that does not see what the executor has made. */
const OTHER_TEAM = "urn:do:other::1";
const OUTPUT = "d0e6a833031e9bbcd3f4e8bde6ca49a4";

const from = (value: Value, ...dependencies: string[]): Value => ({
    [SIGNATURE]: OUTPUT,
    value,
    dependencies,
});

/** The component, its executor, the official Droplet and the record. */
type All = readonly [Registration, Registration, Registration, Registration];

interface Constructing {
    readonly registered: All;
    readonly outputs: Values;
    readonly completed: Values | null;
    /** Functions of other providers that were called, with their arguments and the provider. */
    readonly asked: readonly (readonly [token: string, args: Values, provider: string | undefined])[];
}

/** Constructs a component `web` with an engine that only takes notes. */
async function construct(
    inputs: Values,
    options: (request: ConstructRequest) => void = () => undefined,
    isPreview = false,
    registered: Registration[] = [],
): Promise<Constructing> {
    const request = new ConstructRequest()
        .setProject("shop")
        .setStack("dev")
        .setType("droplet-teardown:index:Droplet")
        .setName("web")
        .setDryrun(isPreview)
        .setInputs(toStruct(inputs));
    options(request);
    const asked: [string, Values, string | undefined][] = [];
    let completed: Values | null = null;
    const made: Readonly<Record<string, Values>> = {
        DropletExecutor: isPreview ? {} : { tag: TAG },
        DropletRecord: { inventory: [], monthlyCost: "0.00" },
        Droplet: { status: "active", ipv4Address: "198.18.0.1" },
    };
    const monitor: Monitor = {
        register: (registration) => {
            registered.push(registration);
            const { type, name, parent } = registration;
            const above = parent === "" ? "" : `${parent.split("::")[2] ?? ""}$`;
            const isDroplet = type === "digitalocean:index/droplet:Droplet";
            return Promise.resolve({
                urn: `urn:pulumi:dev::shop::${above}${type}::${name}`,
                id: isPreview || !isDroplet ? "" : "412000001",
                outputs: made[type.split(":").at(-1) ?? ""] ?? {},
            });
        },
        invoke: (token, args, provider) => {
            asked.push([token, args, provider]);
            return provider === OTHER_TEAM ? Promise.reject(new Error("tag not found")) : Promise.resolve();
        },
        complete: (_urn, outputs) => {
            completed = outputs;
            return Promise.resolve();
        },
        transformStack: () => Promise.resolve(),
    };
    const { outputs } = await constructDroplet(request, monitor, OWN_DELETE);
    return { registered: registered as unknown as All, outputs, completed, asked };
}

describe("the component Droplet of the plugin", () => {
    it("registers itself, the executor, the official Droplet and the record, in this order", async () => {
        const { registered, outputs, completed } = await construct({ ...SPEC, tags: ["blue"] });
        assert.deepEqual(
            registered.map(({ type, custom }) => [type, custom]),
            [
                ["droplet-teardown:index:Droplet", false],
                ["droplet-teardown:index:DropletExecutor", true],
                ["digitalocean:index/droplet:Droplet", true],
                ["droplet-teardown:index:DropletRecord", true],
            ],
        );
        const [, executor, droplet, record] = registered;
        assert.deepEqual(droplet.inputs, { ...SPEC, tags: ["blue", "teardown:shop:dev", TAG] });
        assert.match(droplet.deletedWith ?? "", /DropletExecutor::web$/);
        assert.equal(executor.inputs.policy, "keep");
        assert.match(record.parent, /\$digitalocean:index\/droplet:Droplet::web$/);
        assert.deepEqual([record.deletedWith, record.transforms], [undefined, [OWN_DELETE]]);
        assert.deepEqual([record.inputs.dropletId, record.inputs.tag], ["412000001", TAG]);
        assert.equal(outputs.dropletId, 412000001);
        assert.deepEqual([outputs.status, outputs.teardownTag, outputs.ipv6Address], ["active", TAG, null]);
        assert.deepEqual(completed, outputs);
    });

    it("knows in a preview what is unknown", async () => {
        const { registered, outputs } = await construct(SPEC, undefined, true);
        assert.deepEqual(registered[2].inputs.tags, ["teardown:shop:dev", UNKNOWN]);
        assert.equal(registered[3].inputs.dropletId, UNKNOWN);
        assert.deepEqual([outputs.dropletId, outputs.ipv6Address], [UNKNOWN, UNKNOWN]);
    });

    it("takes the place of what the npm package has at the same place", async () => {
        const { registered } = await construct(SPEC, (request) => void request.setParent(PARENT));
        const aliases = registered.slice(1).map((one) => one.aliases?.map((alias) => alias.getUrn()));
        const place = "urn:pulumi:dev::shop::my:index:Site$";
        assert.deepEqual(aliases, [
            [`${place}pulumi-nodejs:dynamic/droplet-teardown:DropletTeardown::web`],
            [`${place}digitalocean:index/droplet:Droplet::web`],
            [
                `${place}digitalocean:index/droplet:Droplet$pulumi-nodejs:dynamic/droplet-teardown:DropletRecord::web`,
            ],
        ]);
    });

    it("lets what the Droplet needs outlive it, and says of each of its inputs what that comes from", async () => {
        const inputs = { ...SPEC, vpcUuid: from("v", "urn:vpc"), volumeIds: [from("a", "urn:a"), "b"] };
        const { registered } = await construct(
            inputs,
            (request) => void request.setDependenciesList(["urn:x"]),
        );
        const [, executor, droplet] = registered;
        assert.deepEqual([...executor.dependencies].sort(), ["urn:a", "urn:vpc", "urn:x"]);
        const needed = new Map(droplet.inputDependencies);
        assert.deepEqual([needed.get("volumeIds"), needed.get("image")], [["urn:a"], []]);
        assert.match(String(needed.get("tags")), /DropletExecutor::web$/);
        assert.deepEqual(droplet.inputs.volumeIds, ["a", "b"]);
        assert.deepEqual([executor.inputs.managed, executor.inputs.volumeIds], [["a"], ["b"]]);
    });

    it("manages what `keep` has from resources, and keeps all of it", async () => {
        const teardown = { policy: "destroy", keep: [from("a", "urn:a"), "pg-*"] };
        const { registered } = await construct({ ...SPEC, teardown });
        const [, { inputs }] = registered;
        assert.deepEqual([inputs.keep, inputs.managed], [["a", "pg-*"], ["a"]]);
    });

    it("manages nothing where an output turns out to be null, and does not call that unknown", async () => {
        const given = { volumeIds: from(null, "urn:a"), teardown: { keep: from(null, "urn:b") } };
        const { registered } = await construct({ ...SPEC, ...given });
        assert.deepEqual([registered[1].inputs.managed, registered[1].inputs.volumeIds], [[], []]);
    });

    it("keeps lists secret that say what stays, whether other resources of the stack make it or not", async () => {
        const hidden = (value: Value, ...dependencies: string[]): Value => ({
            ...(from(value, ...dependencies) as Values),
            secret: true,
        });
        const given = { volumeIds: secret(["v"]), teardown: { keep: hidden(["k"], "urn:k") } };
        const { registered } = await construct({ ...SPEC, ...given });
        for (const { inputs } of [registered[1], registered[3]]) {
            const { keep, volumeIds, managed } = secretAs(plain(inputs) as Values, inputs);
            assert.deepEqual([keep, volumeIds, managed], [secret(["k"]), secret(["v"]), secret(["k"])]);
        }
    });

    it("keeps secrets secret, and adds its tags to secret or unknown ones", async () => {
        const teardown = { token: "t" };
        const of = async (tags: Value): Promise<All> =>
            (await construct({ ...SPEC, tags, teardown })).registered;
        const [, executor, droplet, record] = await of(secret(["blue"]));
        assert.deepEqual(droplet.inputs.tags, secret(["blue", "teardown:shop:dev", TAG]));
        assert.deepEqual([executor.inputs.token, record.inputs.token], [secret("t"), secret("t")]);
        assert.deepEqual([executor.secretOutputs, record.secretOutputs], [["token"], ["token"]]);
        assert.equal((await of(UNKNOWN))[2].inputs.tags, UNKNOWN);
        await assert.rejects(of("blue"), /tags must be a list/);
    });

    it("hands the Droplet back where `enabled` is false", async () => {
        const { registered } = await construct({ ...SPEC, tags: ["blue"], teardown: { enabled: false } });
        const [, executor, droplet, record] = registered;
        assert.deepEqual(droplet.inputs, { ...SPEC, tags: ["blue"] });
        assert.equal(droplet.deletedWith, undefined);
        assert.deepEqual([executor.inputs.enabled, record.inputs.enabled], [false, false]);
    });

    it("passes on options: some to all, those about the machine to the Droplet, providers to their own", async () => {
        const { registered } = await construct(SPEC, (request) => {
            request.setProtect(true).setRetainondelete(true);
            request.setCustomtimeouts(new ConstructRequest.CustomTimeouts().setDelete("30m"));
            request.getProvidersMap().set("digitalocean", "urn:do::1").set("droplet-teardown", "urn:own::2");
            const hooks = new ConstructRequest.ResourceHooksBinding();
            request.setResourceHooks(hooks.setBeforeDeleteList(["not-yet"]).setAfterCreateList(["told"]));
        });
        const [component, executor, droplet, record] = registered;
        assert.equal(component.protect, true);
        for (const one of [executor, droplet, record]) {
            assert.deepEqual([one.protect, one.retainOnDelete], [true, true]);
            assert.equal(one.customTimeouts?.getDelete(), "30m");
        }
        assert.deepEqual([executor.inputs.timeout, record.inputs.retained], ["30m", true]);
        const asSent = new RegisterResourceRequest();
        droplet.configure?.(asSent);
        assert.deepEqual(
            [asSent.getHooks()?.getBeforeDeleteList(), asSent.getHooks()?.getAfterCreateList()],
            [["not-yet"], ["told"]],
        );
        assert.deepEqual(
            [executor.provider, droplet.provider, record.provider],
            ["urn:own::2", "urn:do::1", "urn:own::2"],
        );
    });

    it("makes no Droplet with a token that may be another team's, which does not see the teardown's tag", async () => {
        const teardown = { token: secret("t") };
        const registered: Registration[] = [];
        await assert.rejects(
            construct(
                { ...SPEC, teardown },
                (request) => void request.getProvidersMap().set("digitalocean", OTHER_TEAM),
                false,
                registered,
            ),
            {
                message: new RegExp(
                    `does not see the tag ${TAG} of its teardown, .* give both a token of one team, .* tag not found\\nCode: wrong-team$`,
                ),
            },
        );
        assert.deepEqual(
            registered.map(({ type }) => type.split(":").at(-1)),
            ["Droplet", "DropletExecutor"],
        );
    });

    it("asks only where two tokens may differ, the tag is known, and a teardown is wanted", async () => {
        const configured =
            (official: string, own: string) =>
            (request: ConstructRequest): void => {
                request.getConfigMap().set("digitalocean:token", official).set("droplet-teardown:token", own);
            };
        const asked = async (...args: Parameters<typeof construct>): Promise<Constructing["asked"]> =>
            (await construct(...args)).asked;
        const question = ["digitalocean:index/getTag:getTag", { name: TAG }, undefined];
        assert.deepEqual(await asked(SPEC, configured("a", "b")), [question]);
        assert.deepEqual(await asked({ ...SPEC, teardown: { token: "t" } }), [question]);
        assert.deepEqual(await asked(SPEC), []);
        assert.deepEqual(await asked(SPEC, configured("a", "a")), []);
        assert.deepEqual(await asked(SPEC, configured("a", "b"), true), []);
        assert.deepEqual(await asked({ ...SPEC, teardown: { enabled: false } }, configured("a", "b")), []);
    });

    it("does not change itself where a change of the machine is ignored", async () => {
        const { registered } = await construct(SPEC, (request) => request.setIgnorechangesList(["userData"]));
        const [component, , droplet] = registered;
        for (const one of [component, droplet]) {
            const asSent = new RegisterResourceRequest();
            one.configure?.(asSent);
            assert.deepEqual(asSent.getIgnorechangesList(), ["userData"]);
        }
    });

    it("refuses what would hide the Droplet from its teardown, and settings that are none", async () => {
        const refused: [RegExp, Values, ((request: ConstructRequest) => void)?][] = [
            [/deletedWith is not supported/, SPEC, (request) => request.setDeletedwith("urn:x")],
            [/ignoreChanges is not supported/, SPEC, (request) => request.setIgnorechangesList(["tags[0]"])],
            [/replaceOnChanges is not supported/, SPEC, (request) => request.setReplaceonchangesList(["*"])],
            [/teardown has no keeep: it has policy, keep/, { ...SPEC, teardown: { keeep: ["a"] } }],
            [/teardown must be known at preview/, { ...SPEC, teardown: UNKNOWN }],
            [/teardown.enabled must be true or false/, { ...SPEC, teardown: { enabled: UNKNOWN } }],
            [
                /the Droplet's token is that of `digitalocean:token` or of an explicit provider/,
                SPEC,
                (request) => void request.getProvidersMap().set("digitalocean", "urn:do::1"),
            ],
            [
                /give its teardown the same, by `droplet-teardown:token`/,
                SPEC,
                (request) => void request.getConfigMap().set("digitalocean:token", "t"),
            ],
        ];
        for (const [message, inputs, options] of refused) {
            await assert.rejects(construct(inputs, options), message);
        }
    });
});

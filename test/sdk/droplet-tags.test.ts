import assert from "node:assert/strict";
import * as digitalocean from "@pulumi/digitalocean";
import * as pulumi from "@pulumi/pulumi";

import { Droplet, tearDownDroplets, type DropletArgs } from "../../sdk/index.js";
import { register, registeredInStack, TAG } from "../support/monitor.js";

const ARGS: DropletArgs = { image: "ubuntu-24-04-x64", region: "nyc3", size: "s-1vcpu-1gb" };
const OFFICIAL = "digitalocean:index/droplet:Droplet";

describe("a Droplet's tags", () => {
    const TAGS: Readonly<Record<string, [DropletArgs["tags"], string[]]>> = {
        none: [undefined, []],
        "a list": [
            ["a", "b"],
            ["a", "b"],
        ],
        "a list with an output": [
            ["a", pulumi.output("b")],
            ["a", "b"],
        ],
        "an output": [pulumi.output(["a", "b"]), ["a", "b"]],
        "an output of nothing": [pulumi.output(undefined as unknown as string[]), []],
        "a promise": [Promise.resolve(["a", pulumi.output("b")]), ["a", "b"]],
    };
    for (const [name, [tags, own]] of Object.entries(TAGS)) {
        it(`adds its tags where the Droplet's own are ${name}`, async () => {
            const of = await register(() => new Droplet("web", { ...ARGS, tags }));
            assert.deepEqual(of(OFFICIAL).inputs.tags, [...own, "teardown:app:dev", TAG]);
        });
    }

    const AUTO_TAGS: Readonly<Record<string, (tags: string[] | undefined) => string[]>> = {
        spreads: (tags) => [...(tags ?? []), "env:dev"],
        concatenates: (tags) => (tags ?? []).concat("env:dev"),
    };
    for (const [name, add] of Object.entries(AUTO_TAGS)) {
        it(`lets a transformation add a tag that ${name} what is there`, async () => {
            const addTag: pulumi.ResourceTransformation = ({ props, opts }) => ({
                props: { ...props, tags: add(props.tags as string[] | undefined) },
                opts,
            });
            for (const tags of [undefined, ["mine", pulumi.output("b")]]) {
                const of = await register(
                    () => new Droplet("web", { ...ARGS, tags }, { transformations: [addTag] }),
                );
                const own = tags === undefined ? [] : ["mine", "b"];
                assert.deepEqual(of(OFFICIAL).inputs.tags, [...own, "teardown:app:dev", TAG, "env:dev"]);
            }
        });
    }

    it("are not added to the record, its child, by a transformation of the Droplet", async () => {
        const addTag: pulumi.ResourceTransformation = ({ props, opts }) => ({
            props: { ...props, tags: [...(props.tags as string[]), "env:dev"] },
            opts,
        });
        for (const make of [
            () => new Droplet("web", ARGS, { transformations: [addTag] }),
            () => {
                tearDownDroplets({ policy: "destroy" });
                return new digitalocean.Droplet("web", { ...ARGS, tags: [] }, { transformations: [addTag] });
            },
        ]) {
            const all = await registeredInStack(make);
            const record = all.find(({ type }) => type.endsWith(":DropletRecord"));
            assert.ok(record !== undefined && !("tags" in record.inputs));
        }
    });

    it("lets a transformation of the program add a tag, before or after the call", async () => {
        const addTag = (): void =>
            pulumi.runtime.registerStackTransformation(({ type, props, opts }) =>
                type === OFFICIAL
                    ? { props: { ...props, tags: [...(props.tags as string[]), "env:dev"] }, opts }
                    : undefined,
            );
        const cover = (): void => tearDownDroplets({ policy: "destroy" });
        const own = ["teardown:app:dev", TAG];
        for (const [calls, tags] of [
            [
                [cover, addTag],
                ["mine", ...own, "env:dev"],
            ],
            [
                [addTag, cover],
                ["mine", "env:dev", ...own],
            ],
        ] as const) {
            const all = await registeredInStack(() => {
                calls.forEach((call) => call());
                new digitalocean.Droplet("web", { ...ARGS, tags: ["mine"] });
            });
            assert.deepEqual(all.find(({ type }) => type === OFFICIAL)?.inputs.tags, tags);
        }
    });
});

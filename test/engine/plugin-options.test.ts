import assert from "node:assert/strict";

import type { Engine } from "../../tools/engine/engine.js";
import { URN } from "../support/droplet-program.js";
import { yamlEngineFor } from "../support/engine-available.js";
import { fails, personalToken, succeeds, text, TOKEN } from "../support/engine-world.js";
import { inWorld } from "../support/in-world.js";
import { leftToCi } from "../support/scenarios.js";
import { remaining } from "../support/remaining.js";
import { component, toYaml, type YamlResource } from "../support/yaml-program.js";

const OTHER_TOKEN = personalToken("1");
const SECRET = "a-secret-tag";

const volume = (name: string): YamlResource => ({
    type: "digitalocean:Volume",
    properties: { name, region: "nyc3", size: 10 },
});
const provider = (name: string): YamlResource => ({
    type: `pulumi:providers:${name}`,
    properties: { token: OTHER_TOKEN },
});

/** A Droplet for each option, and the one of all inputs that a preview does not know. */
const toProgram = (name: string, options: Readonly<Record<string, unknown>> = {}): string =>
    toYaml({
        data: volume("data"),
        [name]: component(
            {
                name: "web-1",
                tags: [{ "fn::secret": SECRET }, "${data.id}"],
                teardown: { policy: "destroy", keep: ["${data.id}"] },
            },
            options,
        ),
        child: component({ name: "child-1" }, { parent: "${data}" }),
        guarded: component({ name: "guarded-1" }, { protect: true }),
        kept: component({ name: "kept-1" }, { retainOnDelete: true }),
        official: provider("digitalocean"),
        own: provider("droplet-teardown"),
        theirs: component({ name: "theirs-1" }, { providers: ["${official}", "${own}"] }),
    });

describe("options and inputs of the plugin's component", function () {
    this.timeout(180_000);
    let engine: Engine;

    before(async function () {
        engine = await yamlEngineFor(this);
    });

    leftToCi(
        "work: secret and unknown tags, a managed volume in `keep`, parent, protect, retainOnDelete, explicit providers, an alias",
        "test/engine/plugin tells its life, test/sdk and test/teardown each option",
        () => {
            const grants = { [TOKEN]: {}, [OTHER_TOKEN]: { team: "other" } };
            return inWorld({ engine, program: toProgram("web"), yaml: true, grants }, async (world) => {
                const { project, simulator } = world;
                const droplet = (name: string) => simulator.state().droplets.find((its) => its.name === name);
                await succeeds(project.preview());
                await succeeds(project.up());
                const [data] = simulator.state().volumes;
                const web = droplet("web-1");
                assert.ok(web !== undefined);
                assert.deepEqual(web.tags.slice(0, 2).sort(), [SECRET, data?.id].sort());
                assert.equal(web.tags.length, 4);
                assert.ok(!JSON.stringify(await project.resources()).includes(SECRET));
                assert.equal(droplet("theirs-1")?.team, "other");
                const inside = `${URN}digitalocean:index/volume:Volume$droplet-teardown:index:Droplet$`;
                assert.ok((await project.resources()).some(({ urn }) => urn.startsWith(inside)));

                const before = web.tags;
                const aliases = [`${URN}droplet-teardown:index:Droplet::web`];
                await project.setProgram(toProgram("site", { aliases }));
                await succeeds(project.up());
                assert.deepEqual(droplet("web-1")?.tags, before);
                assert.equal(simulator.state().droplets.length, 5);
                assert.deepEqual(world.destroyRequests(), []);
                await succeeds(project.up({ flags: ["--expect-no-changes"] }));

                assert.match(text(await fails(project.destroy())), /protect/);
                assert.notEqual(droplet("guarded-1"), undefined);
                await succeeds(project.run(["state", "unprotect", "--all", "--yes"]).result);
                const destroyed = text(await succeeds(project.destroy()));
                assert.doesNotMatch(destroyed, /Still accruing/);
                assert.deepEqual(await remaining(simulator), ["droplet kept-1"]);
                assert.deepEqual(await project.resources(), []);
            });
        },
    );

    it("do not: an import, which the engine does not pass on, and a token that its teardown has not", () => {
        const program = toYaml({});
        return inWorld({ engine, program, yaml: true }, async ({ project, simulator }) => {
            const { id } = simulator.panel.createDroplet("web-1");
            await project.setYaml({ resources: { web: component({}, { import: String(id) }) } });
            const told = text(await succeeds(project.preview()));
            assert.match(told, /digitalocean:index:Droplet web create/);
            const official = provider("digitalocean");
            const theirs = component({ name: "theirs-1" }, { providers: ["${official}"] });
            await project.setYaml({ resources: { official, theirs } });
            const refused = /the Droplet's token is that of `digitalocean:token` or of an explicit provider/;
            assert.match(text(await fails(project.preview())), refused);
            await project.setYaml({ resources: { web: component() } });
            await succeeds(
                project.run(["config", "set", "--secret", "digitalocean:token", OTHER_TOKEN]).result,
            );
            assert.match(text(await fails(project.preview())), refused);
            await succeeds(
                project.run(["config", "set", "--secret", "droplet-teardown:token", TOKEN]).result,
            );
            await succeeds(project.preview());
        });
    });

    leftToCi(
        "make no Droplet whose token is of another team than its teardown's, however both are given",
        "test/teardown/team tells it of a `Droplet`",
        async () => {
            const grants = { [TOKEN]: {}, [OTHER_TOKEN]: { team: "other" } };
            const refused =
                /the Droplet's provider does not see the tag teardown-\w+ of its teardown, .* give both a token of one team/;
            const explicit = {
                official: provider("digitalocean"),
                web: component(
                    { teardown: { policy: "destroy", token: TOKEN } },
                    { providers: ["${official}"] },
                ),
            };
            await inWorld({ engine, program: toYaml(explicit), yaml: true, grants }, async (world) => {
                assert.match(text(await fails(world.project.up())), refused);
                assert.deepEqual(await remaining(world.simulator), []);
                await succeeds(world.project.destroy());
                assert.deepEqual(world.left(), []);
            });
            const program = toYaml({ web: component() });
            await inWorld({ engine, program, yaml: true, grants }, async (world) => {
                const { project, simulator } = world;
                const configure = (key: string, token: string) =>
                    succeeds(project.run(["config", "set", "--secret", key, token]).result);
                await configure("droplet-teardown:token", TOKEN);
                await configure("digitalocean:token", OTHER_TOKEN);
                assert.match(text(await fails(project.up())), refused);
                assert.deepEqual(await remaining(simulator), []);
                await configure("digitalocean:token", TOKEN);
                await succeeds(project.up());
                assert.deepEqual(await remaining(simulator), ["droplet web-1"]);
                await configure("digitalocean:token", OTHER_TOKEN);
                assert.match(text(await fails(project.preview())), refused);
                assert.match(text(await fails(project.up())), refused);
                await succeeds(project.destroy());
                assert.deepEqual(world.left(), []);
            });
        },
    );
});

import { strict as assert } from "node:assert";
import { TOKEN, simulated } from "./harness.js";

interface Project {
    readonly id: string;
    readonly is_default: boolean;
    readonly purpose: string;
    readonly environment: string;
}

function withProjects(): ReturnType<typeof simulated> & {
    readonly create: (body?: object) => Promise<Project>;
    readonly listUrns: (project: string) => Promise<string[]>;
} {
    const world = simulated();
    const { call, run } = world;
    return {
        ...world,
        create: async (body = {}) => {
            const answer = await run(() =>
                call("POST projects", { name: "p", purpose: "Web Application", ...body }),
            );
            return answer.body.project as Project;
        },
        listUrns: async (project) => {
            const { body } = await run(() => call(`GET projects/${project}/resources`));
            return (body.resources as { urn: string }[]).map(({ urn }) => urn);
        },
    };
}

describe("a simulated project", () => {
    it("cannot be deleted while it has resources: 412, on which the official provider retries", async () => {
        const { call, run, simulator, create } = withProjects();
        const { id } = await create();
        const { id: dropletId } = simulator.panel.createDroplet("web-1");
        await run(() => call(`POST projects/${id}/resources`, { resources: [`do:droplet:${dropletId}`] }));
        const refused = await run(() => call(`DELETE projects/${id}`));
        assert.equal(refused.status, 412);
        assert.equal(
            refused.body.message,
            "cannot delete a project with resources. move or remove the resources first",
        );
        simulator.panel.deleteDroplet(dropletId);
        assert.equal((await run(() => call(`DELETE projects/${id}`))).status, 204);
    });

    it("is left by whatever is destroyed", async () => {
        const { call, run, simulator, create, listUrns } = withProjects();
        const { panel } = simulator;
        const { id } = await create();
        const droplet = panel.createDroplet("web-1");
        const volume = panel.createVolume("data");
        const address = panel.createReservedIp();
        await run(() => call("POST domains", { name: "e.com" }));
        const resources = [
            ...[`do:droplet:${droplet.id}`, `do:volume:${volume.id}`],
            ...[`do:reservedip:${address.id}`, "do:domain:e.com"],
        ];
        await run(() => call(`POST projects/${id}/resources`, { resources }));
        assert.deepEqual(await listUrns(id), resources);
        panel.deleteDroplet(droplet.id);
        panel.deleteVolume(volume.id);
        panel.deleteReservedIp(address.id);
        await run(() => call("DELETE domains/e.com"));
        assert.deepEqual(await listUrns(id), []);
    });

    it("becomes the default one, and no other is", async () => {
        const { call, run, create } = withProjects();
        const first = (await run(() => call("GET projects/default"))).body.project as Project;
        const { id, is_default: isDefault } = await create();
        assert.equal(isDefault, false);
        await run(() => call(`PATCH projects/${id}`, { is_default: true }));
        const { project } = (await run(() => call("GET projects/default"))).body;
        assert.equal((project as Project).id, id);
        await run(() => call(`PUT projects/${first.id}`, { is_default: true }));
        const { projects } = (await run(() => call("GET projects"))).body;
        assert.deepEqual(
            (projects as Project[]).map((one) => [one.id, one.is_default]),
            [
                [first.id, true],
                [id, false],
            ],
        );
    });

    it("has what names no project, while it is the default one", async () => {
        const { call, run, simulator, create, listUrns } = withProjects();
        const { id } = await create();
        const { id: before } = simulator.panel.createDroplet("web-1");
        await run(() => call(`PATCH projects/${id}`, { is_default: true }));
        const { id: after } = simulator.panel.createVolume("data");
        assert.deepEqual(await listUrns("default"), [`do:volume:${after}`]);
        const { projects } = (await run(() => call("GET projects"))).body;
        const former = (projects as Project[]).find((one) => one.id !== id)?.id ?? "";
        assert.deepEqual(await listUrns(former), [`do:droplet:${before}`]);
    });

    it("names the project of an address, also after it has moved", async () => {
        const { call, run, create, listUrns } = withProjects();
        const { id } = await create();
        const answer = await run(() => call("POST reserved_ips", { region: "nyc3", project_id: id }));
        const { ip, project_id: projectId } = answer.body.reserved_ip as { ip: string; project_id: string };
        assert.equal(projectId, id);
        assert.deepEqual(await listUrns(id), [`do:floatingip:${ip}`]);
        await run(() => call("POST projects/default/resources", { resources: [`do:reservedip:${ip}`] }));
        const moved = (await run(() => call(`GET reserved_ips/${ip}`))).body.reserved_ip;
        assert.notEqual((moved as { project_id: string }).project_id, id);
    });

    it("stores a purpose of one's own as another one, and no environment as empty", async () => {
        const { create } = withProjects();
        const { purpose, environment } = await create({ purpose: "mine" });
        assert.deepEqual([purpose, environment], ["Other: mine", ""]);
    });

    it("shows only the resources that the token may read", async () => {
        const { simulator, listUrns } = withProjects();
        simulator.panel.createDroplet("web-1");
        const { id } = simulator.panel.createVolume("data");
        simulator.setToken(TOKEN, { scopes: ["project:read", "block_storage:read"] });
        assert.deepEqual(await listUrns("default"), [`do:volume:${id}`]);
    });
});

import { VirtualClock } from "../../simulator/index.js";
import { type Json, RecordingClient, type Step, TOKEN } from "./recording-client.js";
import { createTestSimulator } from "../support/simulated.js";

/** Uses every endpoint of the simulator the way clients do, and returns all that was answered. */
export async function walkEveryEndpoint(): Promise<readonly Step[]> {
    const clock = new VirtualClock();
    const walk = new Walk(createTestSimulator({ clock, settings: { minuteLimit: 5_000 } }), clock);
    await clock.run(walk.everything());
    return walk.steps;
}

class Walk extends RecordingClient {
    async everything(): Promise<void> {
        await this.catalogue();
        await this.droplets();
        await this.volumes();
        await this.addresses();
        await this.ipv6Addresses();
        await this.tags();
        await this.firewalls();
        await this.domains();
        await this.projects();
        await this.keys();
        await this.vpcs();
        await this.destroys();
        await this.errors();
    }

    private async catalogue(): Promise<void> {
        for (const path of ["account", "regions", "sizes", "images", "actions"]) {
            await this.get(`/v2/${path}`);
        }
        await this.get("/v2/images", "private=true");
        await this.get("/v2/images/{image_id}", "ubuntu-24-04-x64");
    }

    private async newDroplet(name: string, more: Json = {}): Promise<number> {
        const { droplet } = await this.post("/v2/droplets", [], {
            ...{ name, region: "nyc3", size: "s-1vcpu-1gb", image: "ubuntu-24-04-x64" },
            ...more,
        });
        await this.clock.sleep(2_000);
        return (droplet as { id: number }).id;
    }

    private async droplets(): Promise<void> {
        const id = await this.newDroplet("web-1", { tags: ["web"], backups: true, ipv6: true });
        await this.newDroplet("gpu", { size: "gpu-h100x1-80gb", image: "gpu-h100x1-base" });
        const several = { region: "fra1", size: "s-1vcpu-2gb", image: "debian-12-x64" };
        await this.post("/v2/droplets", [], { ...several, names: ["a", "b"], tags: ["several"] });
        this.simulator.panel.takeBackup(id, "weekly");
        for (const query of ["tag_name=web", "name=WEB-1", "type=gpus", "per_page=1&page=2"]) {
            await this.get("/v2/droplets", query);
        }
        await this.get("/v2/droplets/{droplet_id}", id);
        for (const list of ["policies", "supported_policies"]) {
            await this.get(`/v2/droplets/backups/${list}`);
        }
        await this.get("/v2/droplets/{droplet_id}/backups/policy", id);
        const { action } = await this.post("/v2/droplets/{droplet_id}/actions", [id], {
            type: "snapshot",
            name: "nightly",
        });
        const actionId = (action as { id: number }).id;
        await this.post("/v2/droplets/{droplet_id}/actions", [id], { type: "shutdown" });
        await this.clock.sleep(1_000);
        await this.get("/v2/droplets/{droplet_id}/actions/{action_id}", id, actionId);
        await this.get("/v2/actions/{action_id}", actionId);
        await this.post("/v2/droplets/actions", ["tag_name=web"], { type: "power_off" });
        for (const list of ["actions", "snapshots", "backups", "kernels", "neighbors", "firewalls"]) {
            await this.get(`/v2/droplets/{droplet_id}/${list}`, id);
        }
        await this.get("/v2/droplets/{droplet_id}", id);
        const { snapshots } = await this.get("/v2/snapshots", "resource_type=droplet");
        const snapshotId = (snapshots as { id: string }[])[0]?.id;
        await this.get("/v2/snapshots/{snapshot_id}", snapshotId);
        await this.get("/v2/images/{image_id}", snapshotId);
        await this.delete("/v2/snapshots/{snapshot_id}", snapshotId);
        const image = this.simulator.panel.takeSnapshot(id, "again").id;
        await this.send("PUT /v2/images/{image_id}", [image], { name: "golden" });
        const moved = await this.post("/v2/images/{image_id}/actions", [image], {
            ...{ type: "transfer", region: "ams3" },
        });
        await this.clock.sleep(1_000);
        await this.get("/v2/images/{image_id}/actions", image);
        const { id: moveId } = moved.action as { id: number };
        await this.get("/v2/images/{image_id}/actions/{action_id}", image, moveId);
        await this.delete("/v2/images/{image_id}", image);
        await this.delete("/v2/droplets", "tag_name=several");
        await this.delete("/v2/droplets/{droplet_id}", id);
    }

    private async volumes(): Promise<void> {
        const dropletId = await this.newDroplet("with-volume");
        const { volume } = await this.post("/v2/volumes", [], {
            ...{ name: "data", region: "nyc3", size_gigabytes: 10, filesystem_type: "ext4" },
            ...{ tags: ["data"] },
        });
        const { id } = volume as { id: string };
        const act = async (type: string, more: Json = {}): Promise<unknown> => {
            const { action } = await this.post("/v2/volumes/{volume_id}/actions", [id], { type, ...more });
            await this.clock.sleep(1_000);
            return (action as { id?: number } | undefined)?.id;
        };
        const actionId = await act("attach", { droplet_id: dropletId });
        await this.get("/v2/volumes/{volume_id}/actions/{action_id}", id, actionId);
        await this.get("/v2/volumes/{volume_id}/actions", id);
        await this.get("/v2/volumes", "name=data&region=nyc3");
        await this.get("/v2/volumes/{volume_id}", id);
        await this.delete("/v2/volumes/{volume_id}", id);
        const { snapshot } = await this.post("/v2/volumes/{volume_id}/snapshots", [id], { name: "before" });
        const snapshotId = (snapshot as { id: string }).id;
        await this.get("/v2/volumes/{volume_id}/snapshots", id);
        await this.get("/v2/volumes/snapshots/{snapshot_id}", snapshotId);
        await this.get("/v2/snapshots", "resource_type=volume");
        await this.delete("/v2/volumes/snapshots/{snapshot_id}", snapshotId);
        await act("resize", { size_gigabytes: 20 });
        const again = { volume_name: "data", type: "resize", size_gigabytes: 30 };
        await this.post("/v2/volumes/actions", [], again);
        await act("detach", { droplet_id: dropletId });
        await act("detach", { droplet_id: dropletId });
        await this.delete("/v2/volumes/{volume_id}", id);
        await this.post("/v2/volumes", [], { name: "named", region: "nyc3", size_gigabytes: 1 });
        await this.delete("/v2/volumes", "name=named&region=nyc3");
    }

    private async addresses(): Promise<void> {
        const dropletId = await this.newDroplet("with-address");
        for (const kind of ["reserved_ip", "floating_ip"]) {
            const path = `/v2/${kind}s`;
            const reserved = await this.post(path, [], { region: "nyc3" });
            const { ip } = reserved[kind] as { ip: string };
            const { action } = await this.post(`${path}/{${kind}}/actions`, [ip], {
                ...{ type: "assign", droplet_id: dropletId },
            });
            await this.clock.sleep(1_000);
            await this.get(`${path}/{${kind}}`, ip);
            await this.get(path);
            await this.get(`${path}/{${kind}}/actions`, ip);
            await this.get(`${path}/{${kind}}/actions/{action_id}`, ip, (action as { id: number }).id);
            await this.post(`${path}/{${kind}}/actions`, [ip], { type: "unassign" });
            await this.clock.sleep(1_000);
            await this.post(`${path}/{${kind}}/actions`, [ip], { type: "unassign" });
            await this.delete(`${path}/{${kind}}`, ip);
            await this.post(path, [], { droplet_id: dropletId });
        }
    }

    private async ipv6Addresses(): Promise<void> {
        const path = "/v2/reserved_ipv6";
        const one = `${path}/{reserved_ipv6}`;
        const dropletId = await this.newDroplet("with-ipv6", { ipv6: true });
        const made = await this.post(path, [], { region_slug: "nyc3" });
        const { ip } = made.reserved_ipv6 as { ip: string };
        for (const action of [{ type: "assign", droplet_id: dropletId }, { type: "unassign" }]) {
            await this.post(`${one}/actions`, [ip], action);
            await this.clock.sleep(1_000);
            await this.get(one, ip);
            await this.get(path);
            await this.delete(one, ip);
        }
    }

    private async tags(): Promise<void> {
        const id = await this.newDroplet("tagged");
        const resources = [{ resource_id: String(id), resource_type: "droplet" }];
        await this.post("/v2/tags", [], { name: "env:prod" });
        await this.post("/v2/tags/{tag_id}/resources", ["env:prod"], { resources });
        await this.get("/v2/tags");
        await this.get("/v2/tags/{tag_id}", "env:prod");
        await this.send("DELETE /v2/tags/{tag_id}/resources", ["env:prod"], { resources });
        await this.delete("/v2/tags/{tag_id}", "env:prod");
    }

    private async firewalls(): Promise<void> {
        const id = await this.newDroplet("walled");
        const rules = {
            inbound_rules: [{ protocol: "tcp", ports: "22", sources: { addresses: ["0.0.0.0/0"] } }],
            outbound_rules: [{ protocol: "icmp", destinations: { addresses: ["0.0.0.0/0"] } }],
        };
        const wanted = { name: "fw", droplet_ids: [id], ...rules };
        const { firewall } = await this.post("/v2/firewalls", [], wanted);
        const firewallId = (firewall as { id: string }).id;
        await this.get("/v2/firewalls");
        await this.send("PUT /v2/firewalls/{firewall_id}", [firewallId], { ...wanted, tags: ["web"] });
        const parts = { droplets: { droplet_ids: [id] }, tags: { tags: ["web"] }, rules };
        for (const [part, body] of Object.entries(parts)) {
            await this.send(`DELETE /v2/firewalls/{firewall_id}/${part}`, [firewallId], body);
            await this.send(`POST /v2/firewalls/{firewall_id}/${part}`, [firewallId], body);
        }
        await this.get("/v2/firewalls/{firewall_id}", firewallId);
        await this.get("/v2/droplets/{droplet_id}/firewalls", id);
        await this.delete("/v2/firewalls/{firewall_id}", firewallId);
    }

    private async domains(): Promise<void> {
        const records = "/v2/domains/{domain_name}/records";
        const record = `${records}/{domain_record_id}`;
        await this.post("/v2/domains", [], { name: "example.com", ip_address: "192.0.2.7" });
        await this.get("/v2/domains");
        await this.get("/v2/domains/{domain_name}", "example.com");
        const made = await this.post(records, ["example.com"], { type: "A", name: "www", data: "192.0.2.8" });
        const { id } = made.domain_record as { id: number };
        await this.get(records, "example.com", "type=A&name=www.example.com");
        await this.get(record, "example.com", id);
        const changed = { type: "A", data: "192.0.2.9" };
        await this.send(`PUT ${record}`, ["example.com", id], changed);
        await this.send(`PATCH ${record}`, ["example.com", id], changed);
        await this.delete(record, "example.com", id);
        await this.delete("/v2/domains/{domain_name}", "example.com");
    }

    private async projects(): Promise<void> {
        const id = await this.newDroplet("in-project");
        await this.get("/v2/projects");
        await this.get("/v2/projects/default");
        const { project } = await this.post("/v2/projects", [], { name: "blog", purpose: "Web Application" });
        const projectId = (project as { id: string }).id;
        await this.get("/v2/projects/{project_id}", projectId);
        const change = { name: "blog", description: "mine", purpose: "Web", environment: "Staging" };
        await this.send("PUT /v2/projects/{project_id}", [projectId], change);
        await this.send("PATCH /v2/projects/{project_id}", [projectId], { environment: "Production" });
        const { id: address } = this.simulator.panel.createReservedIp();
        const resources = [`do:droplet:${id}`, "do:droplet:1", `do:reservedip:${address}`];
        await this.post("/v2/projects/{project_id}/resources", [projectId], { resources });
        await this.get("/v2/projects/{project_id}/resources", projectId);
        await this.delete("/v2/projects/{project_id}", projectId);
        await this.post("/v2/projects/default/resources", [], { resources });
        await this.get("/v2/projects/default/resources");
        await this.delete("/v2/projects/{project_id}", projectId);
    }

    private async keys(): Promise<void> {
        const key = {
            name: "laptop",
            public_key:
                "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJ1h2nSZAgtbWfbVwdFMUMnKqRZQFZ0w6zVrFWYdrEaV sammy",
        };
        const { ssh_key: made } = await this.post("/v2/account/keys", [], key);
        const { id } = made as { id: number };
        await this.get("/v2/account/keys");
        await this.get("/v2/account/keys/{ssh_key_identifier}", id);
        await this.send("PUT /v2/account/keys/{ssh_key_identifier}", [id], { name: "desk" });
        await this.delete("/v2/account/keys/{ssh_key_identifier}", id);
    }

    private async vpcs(): Promise<void> {
        const { vpc } = await this.post("/v2/vpcs", [], { name: "mine", region: "ams3" });
        const { id } = vpc as { id: string };
        await this.get("/v2/vpcs");
        await this.get("/v2/vpcs/{vpc_id}", id);
        await this.get("/v2/vpcs/{vpc_id}/members", id);
        await this.send("PUT /v2/vpcs/{vpc_id}", [id], { name: "ours" });
        await this.send("PATCH /v2/vpcs/{vpc_id}", [id], { name: "theirs" });
        await this.delete("/v2/vpcs/{vpc_id}", id);
    }

    private async destroys(): Promise<void> {
        const { panel, faults } = this.simulator;
        const path = "/v2/droplets/{droplet_id}/destroy_with_associated_resources";
        for (const how of ["selective", "dangerous"]) {
            const id = await this.newDroplet(`old-${how}`);
            const volume = panel.createVolume(`data-${how}`);
            const address = panel.createReservedIp();
            panel.attachVolume(volume.id, id);
            panel.assignReservedIp(address.id, id);
            panel.snapshotVolume(volume.id, "before");
            const snapshot = panel.takeSnapshot(id, "nightly");
            await this.get(path, id);
            await this.get(`${path}/status`, id);
            faults.failItem(snapshot.id);
            const chosen = { volumes: [volume.id], snapshots: [snapshot.id] };
            await this.send(`DELETE ${path}/${how}`, [id], how === "selective" ? chosen : undefined);
            await this.post(`${path}/retry`, [id]);
            for (let looks = 0; looks < 6; looks++) {
                await this.get(`${path}/status`, id);
                await this.clock.sleep(1_000);
            }
            await this.post(`${path}/retry`, [id]);
            await this.clock.sleep(10_000);
            await this.get(`${path}/status`, id);
            await this.get(path, id);
        }
    }

    private async errors(): Promise<void> {
        await this.get("/v2/droplets/{droplet_id}", 1);
        await this.delete("/v2/volumes/{volume_id}", "unknown");
        await this.post("/v2/droplets", [], { name: "no good" });
        await this.post("/v2/tags", [], { name: "no good" });
        this.simulator.settings.minuteLimit = 0;
        await this.get("/v2/droplets");
        this.simulator.settings.minuteLimit = 5_000;
        this.simulator.setToken(TOKEN, { scopes: ["droplet:read"] });
        await this.get("/v2/account");
        this.simulator.setToken(TOKEN, { revoked: true });
        await this.get("/v2/account");
    }
}

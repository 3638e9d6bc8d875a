import assert from "node:assert/strict";

import {
    personalToken,
    TeardownWorld,
    TOKEN,
    type Everything,
    type Stored,
} from "../support/teardown-world.js";

const ROTATED = personalToken("feedc0de");
const STRANGER = personalToken("0ddba11");
const EVERYTHING_BUT = [
    "droplet:read",
    "droplet:delete",
    "block_storage:read",
    "block_storage:delete",
    "block_storage_snapshot:read",
    "block_storage_snapshot:delete",
    "image:read",
    "image:delete",
    "snapshot:read",
    "reserved_ip:read",
    "reserved_ip:delete",
    "account:read",
];

async function begin(): Promise<{ world: TeardownWorld; droplet: Everything; stored: Stored }> {
    const world = new TeardownWorld({ grants: { [TOKEN]: {} } });
    const droplet = world.dropletWithEverything();
    const stored = await world.create({ dropletId: droplet.id, policy: "destroy" });
    return { world, droplet, stored };
}

function without(...scopes: string[]): { scopes: string[] } {
    return { scopes: EVERYTHING_BUT.filter((scope) => !scopes.includes(scope)) };
}

describe("a token that was rotated since the last up", () => {
    it("is replaced by the next one of the same team", async () => {
        const { world, stored } = await begin();
        world.simulator.setToken(TOKEN, { revoked: true });
        world.simulator.setToken(ROTATED, {});
        await world.delete(stored, {
            config: { "digitalocean:token": TOKEN },
            env: { DIGITALOCEAN_TOKEN: ROTATED },
        });
        assert.deepEqual(world.left(), []);
    });

    it("is not replaced by one of another team", async () => {
        const { world, stored } = await begin();
        world.simulator.setToken(TOKEN, { revoked: true });
        world.simulator.setToken(STRANGER, { team: "other" });
        const message = await world.failedDelete(stored, { env: { DIGITALOCEAN_ACCESS_TOKEN: STRANGER } });
        assert.match(
            message,
            /^droplet 412000001: nothing was done to it: DigitalOcean rejected every available token: the stack configuration digitalocean:token, DIGITALOCEAN_ACCESS_TOKEN \(of another team\)\. A destroy runs with the stack configuration of the last `pulumi up`: set DIGITALOCEAN_TOKEN to a valid token of the same team/,
        );
        assert.deepEqual(world.changes(), []);
        assert.equal(world.left().length, 5);
    });

    it("is told with every place that was tried when none is valid", async () => {
        const { world, stored } = await begin();
        const message = await world.failedDelete(
            { ...stored, token: personalToken("1") },
            {
                config: { "digitalocean:token": personalToken("2") },
                env: {
                    DIGITALOCEAN_TOKEN: personalToken("3"),
                    DIGITALOCEAN_ACCESS_TOKEN: personalToken("2"),
                },
            },
        );
        assert.match(
            message,
            /available token: the argument token, the stack configuration digitalocean:token, DIGITALOCEAN_TOKEN\. /,
        );
        assert.match(message, /unknown +snapshot +nightly/);
    });

    it("is replaced also when it is revoked while the destroy runs", async () => {
        const { world, stored } = await begin();
        world.simulator.setToken(ROTATED, {});
        await world.delete(stored, {
            env: { DIGITALOCEAN_TOKEN: ROTATED },
            fetch: async (url, init) => {
                const answer = await world.simulator.fetch(url, init);
                if (init.method === "DELETE") {
                    world.simulator.setToken(TOKEN, { revoked: true });
                }
                return answer;
            },
        });
        assert.deepEqual(world.changes(), ["DELETE selective 202"]);
        assert.deepEqual(world.left(), []);
    });

    it("is replaced, where no account was recorded, by one that sees the Droplet", async () => {
        const { world, stored } = await begin();
        world.simulator.setToken(TOKEN, { revoked: true });
        world.simulator.setToken(ROTATED, {});
        world.simulator.setToken(STRANGER, { team: "other" });
        await world.delete(
            { ...stored, accountId: "" },
            { env: { DIGITALOCEAN_TOKEN: STRANGER, DIGITALOCEAN_ACCESS_TOKEN: ROTATED } },
        );
        assert.deepEqual(world.left(), []);
    });
});

describe("a token with too few scopes", () => {
    const hidden: Readonly<Record<string, { scopes: string[]; names: RegExp }>> = {
        reservedIps: { scopes: ["reserved_ip:read"], names: /read reservedIps, .*scope reserved_ip:read, / },
        snapshots: { scopes: ["image:read"], names: /read snapshots, .*scope image:read, / },
        volumes: { scopes: ["block_storage:read"], names: /read volumes, .*scope block_storage:read, / },
        volumeSnapshots: {
            scopes: ["block_storage_snapshot:read", "snapshot:read"],
            names: /read .*volumeSnapshots, .*block_storage_snapshot:read/,
        },
    };
    for (const [kind, { scopes, names }] of Object.entries(hidden)) {
        it(`is refused, naming the scope, when it hides ${kind}`, async () => {
            const { world, stored } = await begin();
            world.simulator.setToken(TOKEN, without(...scopes));
            assert.match(await world.failedDelete(stored), names);
            assert.deepEqual(world.changes(), []);
        });

        it(`is good enough when ${kind} are kept anyway`, async () => {
            const { world, stored } = await begin();
            world.simulator.setToken(
                TOKEN,
                without(...(kind === "volumeSnapshots" ? ["block_storage_snapshot:read"] : scopes)),
            );
            const policy = {
                ...(stored.policy as object),
                volumeSnapshotsOfKeptVolumes: "destroy",
                [kind]: "keep",
            };
            await world.delete({ ...stored, policy });
            assert.equal(world.simulator.state().droplets.length, 0);
        });
    }

    it("is refused when it hides kept volumes whose snapshots it shows", async () => {
        const { world, stored } = await begin();
        world.simulator.setToken(TOKEN, without("block_storage:read"));
        const policy = { ...(stored.policy as object), volumes: "keep" };
        const message = await world.failedDelete({ ...stored, policy });
        assert.match(message, /the token cannot read volumes.*\n/);
        assert.match(message, /^ {2}could not be read: volumes \(not in the total\)$/m);
        assert.deepEqual(world.changes(), []);
    });

    it("does not make an empty kind suspicious where it may be read", async () => {
        const world = new TeardownWorld();
        const { id } = world.simulator.panel.createDroplet("bare");
        const stored = await world.create({ dropletId: id, policy: "destroy" });
        await world.delete(stored);
        assert.equal(
            world.announced().at(-1),
            `droplet bare (${id}): destroyed\n  destroyed  droplet\n1 attempt in 6s. Saved $6.00/month. No remaining cost found.\nNot looked at: backups (they go with the droplet), reserved IPv6 addresses, DNS records.`,
        );
    });
});

describe("an endpoint or a token that cannot be used", () => {
    it("is refused before anything is sent when there is no token", async () => {
        const { world, stored } = await begin();
        assert.match(
            await world.failedDelete(stored, { config: {} }),
            /^there is no DigitalOcean token: set it with/,
        );
        assert.deepEqual(world.requests(), []);
    });

    it("is refused before anything is sent when a token cannot stand in a header", async () => {
        const { world, stored } = await begin();
        const message = await world.failedDelete(stored, { config: { "digitalocean:token": "abc def" } });
        assert.match(message, /the DigitalOcean token is empty or contains spaces or line breaks/);
        assert.deepEqual(world.requests(), []);
    });

    it("is refused before anything is sent when the endpoint is plain http", async () => {
        const { world, stored } = await begin();
        const message = await world.failedDelete(stored, {
            config: { "digitalocean:token": TOKEN, "digitalocean:apiEndpoint": "http://api.example.com" },
        });
        assert.match(
            message,
            /^DigitalOcean endpoint "http:\/\/api\.example\.com": plain http is allowed on loopback only/,
        );
        assert.deepEqual(world.requests(), []);
    });

    it("is refused before anything is sent when a duration cannot be read", async () => {
        const { world, stored } = await begin();
        const message = await world.failedDelete(stored, { env: { DROPLET_TEARDOWN_TIMEOUT: "soon" } });
        assert.equal(
            message,
            'DROPLET_TEARDOWN_TIMEOUT must be a duration such as "90s" or "15m", not "soon"\nCode: invalid-input',
        );
        assert.deepEqual(world.requests(), []);
    });
});

describe("request count", () => {
    const once = /^GET (?:account|reserved_ips|images|volumes|snapshots)\b/;
    const isPoll = (request: string): boolean => request.endsWith("/status 200");

    it("is 4 besides looks at the status for a lone healthy teardown, and 5 once a process", async () => {
        const world = new TeardownWorld();
        const first = world.simulator.panel.createDroplet("one").id;
        const second = world.simulator.panel.createDroplet("two").id;
        const inProcess = world.process();
        const stored = await world.create({ dropletId: first, policy: "destroy" });
        const next = await world.create({ dropletId: second, policy: "destroy" });

        await world.run(inProcess.delete("teardown-1", stored));
        const requests = world.requests().filter((request) => !isPoll(request));
        assert.deepEqual(
            requests.filter((request) => !once.test(request)),
            [
                `GET droplets/${first} 200`,
                `GET droplets/${first}/destroy_with_associated_resources/status 404`,
                `GET droplets/${first}/destroy_with_associated_resources 200`,
                `DELETE droplets/${first}/destroy_with_associated_resources/selective 202`,
                `GET droplets/${first} 404`,
            ],
        );
        assert.deepEqual(requests.filter((request) => once.test(request)).sort(), [
            "GET account 200",
            "GET images?private=true&per_page=1 200",
            "GET reserved_ips?per_page=1 200",
            "GET volumes/00000000-0000-4000-8000-000000000000/snapshots?per_page=1 404",
            "GET volumes?per_page=1 200",
        ]);

        world.simulator.clearRequests();
        await world.run(inProcess.delete("teardown-2", next));
        const again = world.requests().filter((request) => !isPoll(request));
        assert.deepEqual(
            again.filter((request) => once.test(request)),
            [],
        );
        assert.equal(again.filter((request) => !request.includes("/status")).length, 4);
    });

    it("needs no probe where every kind is there", async () => {
        const { world, stored } = await begin();
        await world.delete(stored);
        const requests = world.requests().filter((request) => !request.includes("/status"));
        assert.equal(requests.filter((request) => request !== "GET account 200").length, 4);
    });

    it("asks for the account once in a process, however many teardowns need it", async () => {
        const world = new TeardownWorld();
        const stored: Stored[] = [];
        for (const name of ["one", "two", "three"]) {
            const { id } = world.simulator.panel.createDroplet(name);
            stored.push(await world.create({ dropletId: id, policy: "keep" }));
            world.simulator.panel.deleteDroplet(id);
        }
        const inProcess = world.process();
        await world.run(Promise.all(stored.map((one) => inProcess.delete("teardown", one))));
        assert.equal(world.requests().filter((request) => request === "GET account 200").length, 1);
    });

    it("asks for the account again after an answer that was an error", async () => {
        const { world, droplet, stored } = await begin();
        world.simulator.panel.deleteDroplet(droplet.id);
        const inProcess = world.process();
        world.simulator.faults.add({
            match: { path: "/v2/account" },
            times: 5,
            do: { kind: "answer", status: 500 },
        });
        await world.run(
            assert.rejects(inProcess.delete("teardown", stored), {
                message: /GET \/v2\/account: no usable answer after 5 tries/,
            }),
        );
        await world.run(inProcess.delete("teardown", stored));
    });
});

import assert from "node:assert/strict";
import { inspect } from "node:util";

import type { Fetch, FetchAnswer } from "../../provider/digitalocean/connection.js";
import { TeardownWorld, TOKEN, type ProcessOptions, type Stored } from "../support/teardown-world.js";

/** One that is no DigitalOcean token by its looks. */
const ODD_TOKEN = "correct-horse-battery-staple";

async function begin(): Promise<{ world: TeardownWorld; stored: Stored }> {
    const world = new TeardownWorld({ grants: { [TOKEN]: {}, [ODD_TOKEN]: {} } });
    const droplet = world.dropletWithEverything();
    return { world, stored: await world.create({ dropletId: droplet.id, policy: "destroy" }) };
}

/** Everything that anybody could see of a delete: its error in depth, and what the engine was told. */
async function visible(world: TeardownWorld, stored: Stored, options: ProcessOptions): Promise<string> {
    const error: unknown = await world.delete(stored, options).catch((thrown: unknown) => thrown);
    return inspect([error, world.lines, (error as Error | undefined)?.stack], {
        depth: 20,
        showHidden: true,
    });
}

type Careless = (token: string) => Awaited<ReturnType<Fetch>> | Error;

function answer(status: number, headers: Record<string, string>, body: string): FetchAnswer {
    return {
        status,
        headers: { get: (name) => headers[name.toLowerCase()] ?? null },
        body: (async function* () {
            yield Buffer.from(body);
        })(),
    };
}

const json = { "content-type": "application/json" };

/** Servers and transports that show the token in one place each. */
const CARELESS: Readonly<Record<string, Careless>> = {
    "the message of an error": (token) =>
        answer(403, json, JSON.stringify({ id: "forbidden", message: `bad ${token}` })),
    "the id of an error": (token) => answer(403, json, JSON.stringify({ id: token, message: "no" })),
    "the request id of a body": (token) =>
        answer(403, json, JSON.stringify({ id: "forbidden", message: "no", request_id: token })),
    "the request id of a header": (token) => answer(403, { ...json, "x-request-id": token }, "{}"),
    "a page that is not JSON": (token) => answer(403, { "content-type": "text/html" }, `<p>${token}</p>`),
    "a page where JSON is expected": (token) => answer(200, {}, `Authorization: Bearer ${token}`),
    "JSON of another shape": (token) => answer(200, json, JSON.stringify({ droplet: { id: token } })),
    "the location of a redirect": (token) =>
        answer(302, { location: `https://${token}.example.com/${token}` }, ""),
    "a header": (token) => answer(500, { ...json, "x-debug": token }, "{}"),
    "a server fault": (token) => answer(502, json, JSON.stringify({ message: token })),
    "the name of the Droplet": (token) =>
        answer(200, json, JSON.stringify({ droplet: { id: 412_000_001, name: token, tags: [token] } })),
    "the error of the transport": (token) =>
        Object.assign(new Error(`connect to https://${token}@proxy failed`), {
            headers: { authorization: token },
        }),
    "the cause of a transport's error": (token) =>
        new TypeError("fetch failed", { cause: new Error(`Bearer ${token}`) }),
};

describe("token", () => {
    for (const token of [TOKEN, ODD_TOKEN]) {
        for (const [place, careless] of Object.entries(CARELESS)) {
            it(`${token === TOKEN ? "is" : "of an unusual form is"} never shown, though it comes back in ${place}`, async () => {
                const { world, stored } = await begin();
                const fetch: Fetch = () => {
                    const thing = careless(token);
                    return thing instanceof Error ? Promise.reject(thing) : Promise.resolve(thing);
                };
                const shown = await visible(world, stored, {
                    config: { "digitalocean:token": token },
                    fetch,
                });
                assert.ok(!shown.includes(token), shown);
            });
        }
    }

    it("is never shown when every answer of the simulator repeats it", async () => {
        for (let after = 0; after < 6; after += 1) {
            const { world, stored } = await begin();
            world.simulator.faults.add({ after, times: Infinity, do: { kind: "echoToken", status: 403 } });
            const shown = await visible(world, stored, {});
            assert.ok(!shown.includes(TOKEN), shown);
        }
    });

    it("is sent to the endpoint alone: a redirect is not followed", async () => {
        const { world, stored } = await begin();
        const hosts = new Set<string>();
        world.simulator.faults.add({ do: { kind: "redirect", location: "https://elsewhere.example/v2" } });
        const message = await world.failedDelete(stored, {
            fetch: (url, init) => {
                hosts.add(new URL(url).host);
                assert.equal(init.redirect, "manual");
                return world.simulator.fetch(url, init);
            },
        });
        assert.match(message, /redirects are refused \(to elsewhere\.example\)/);
        assert.deepEqual([...hosts], ["api.digitalocean.com"]);
    });

    it("stands in state only as the argument that it was given as", async () => {
        const world = new TeardownWorld({ grants: { [TOKEN]: {}, [ODD_TOKEN]: {} } });
        const { id } = world.dropletWithEverything();
        const fromConfig = await world.create({ dropletId: id, policy: "keep" });
        assert.ok(!JSON.stringify(fromConfig).includes(TOKEN));
        const { token, ...rest } = await world.create({ dropletId: id, policy: "keep", token: ODD_TOKEN });
        assert.equal(token, ODD_TOKEN);
        assert.ok(!JSON.stringify(rest).includes(ODD_TOKEN));
    });

    it("of the argument comes before the configuration's", async () => {
        const world = new TeardownWorld();
        const { id } = world.dropletWithEverything();
        const sent = new Set<string>();
        const process = world.process({
            fetch: (url, init) => {
                sent.add(init.headers.authorization ?? "");
                return world.simulator.fetch(url, init);
            },
        });
        const token = `dop_v1_${"7".repeat(64)}`;
        await world.create({ dropletId: id, policy: "keep", token }, process);
        assert.deepEqual([...sent], [`Bearer ${token}`]);
    });
});

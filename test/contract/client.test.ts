import assert from "node:assert/strict";
import { inspect } from "node:util";
import { createNodeFetch } from "../../provider/digitalocean/node-fetch.js";
import type { Exchange } from "../../provider/digitalocean/connection.js";
import { createDropletApi } from "../../provider/digitalocean/droplet-api.js";
import { parseEndpoint } from "../../provider/digitalocean/endpoint.js";
import { openBudget } from "../support/connection.js";
import {
    ApiError,
    AuthenticationError,
    ForbiddenError,
    UnreachableError,
} from "../../provider/teardown/errors.js";
import type { DropletApi, SubmitOutcome } from "../../provider/teardown/ports.js";
import { RESOURCE_KINDS } from "../../provider/teardown/resource.js";
import type { Settings } from "../../simulator/settings.js";
import { createSimulator, type Simulator } from "../../simulator/simulator.js";
import { startServer } from "../../simulator/server.js";
import { SENDING } from "../support/connection.js";
import { hastyClock, type HastyClock } from "../support/loopback.js";

const TOKEN = `dop_v1_${"7".repeat(64)}`;
const never = new AbortController().signal;

interface Scene {
    readonly api: DropletApi;
    readonly simulator: Simulator;
    readonly clock: HastyClock;
    readonly exchanges: Exchange[];
    /** A Droplet with one resource of each kind. */
    readonly dropletId: number;
    readonly volumeId: string;
    readonly address: string;
}

/** Runs a test against a fresh simulator behind a socket. */
function scene(test: (scene: Scene) => Promise<void>, settings: Partial<Settings> = {}): () => Promise<void> {
    return async () => {
        const clock = hastyClock();
        const simulator = createSimulator({ clock, settings, tokens: { [TOKEN]: {} } });
        const server = await startServer(simulator, { port: 0 });
        try {
            const exchanges: Exchange[] = [];
            const connection = {
                endpoint: parseEndpoint(server.url),
                token: TOKEN,
                fetch: createNodeFetch(() => ""),
                clock,
                random: () => 0.5,
                budget: openBudget(),
                userAgent: "pulumi-droplet-teardown/0.0.0",
            };
            const api = createDropletApi(connection, (exchange) => exchanges.push(exchange));
            await test({ api, simulator, clock, exchanges, ...furnish(simulator) });
        } finally {
            await server.close();
        }
    };
}

function furnish({ panel }: Simulator): Pick<Scene, "dropletId" | "volumeId" | "address"> {
    const dropletId = panel.createDroplet("web-1", { tags: ["teardown:shop:dev"] }).id;
    const volumeId = panel.createVolume("pg-data").id;
    const address = panel.createReservedIp().id;
    panel.attachVolume(volumeId, dropletId);
    panel.snapshotVolume(volumeId, "pg-backup");
    panel.takeSnapshot(dropletId, "nightly");
    panel.assignReservedIp(address, dropletId);
    return { dropletId, volumeId, address };
}

describe("client against the simulator", () => {
    it(
        "reads a Droplet",
        scene(async ({ api, dropletId }) => {
            assert.deepEqual(await api.droplet(dropletId, never), {
                id: dropletId,
                name: "web-1",
                status: "active",
                tags: ["teardown:shop:dev"],
                monthlyPrice: "6",
            });
        }),
    );

    it(
        "lists what is associated, each once",
        scene(async ({ api, dropletId, address, volumeId }) => {
            const list = (await api.associated(dropletId, never))?.resources ?? [];
            assert.deepEqual(
                list.map(({ kind, name }) => [kind, name]),
                [
                    ["reserved_ip", address],
                    ["snapshot", "nightly"],
                    ["volume", "pg-data"],
                    ["volume_snapshot", "pg-backup"],
                ],
            );
            assert.equal(list.find(({ kind }) => kind === "volume")?.id, volumeId);
            assert.ok(list.every(({ monthlyCost }) => /^\d+\.\d\d$/.test(monthlyCost ?? "")));
        }),
    );

    for (const unset of ["absent", "null", "empty", "blank", "zero"] as const) {
        const noErrorMessage = unset === "zero" ? "blank" : unset;
        it(
            `follows a destroy to its end where what is not set is ${unset}`,
            scene(
                async ({ api, clock, dropletId }) => {
                    assert.deepEqual(await api.status(dropletId, never), { state: "none" });
                    const all = (await api.associated(dropletId, never))?.resources ?? [];
                    const chosen = all.filter(({ kind }) => kind !== "volume");
                    assert.deepEqual(await api.destroy(dropletId, chosen, SENDING), { kind: "accepted" });

                    const running = await api.status(dropletId, never);
                    assert.ok(running.state === "running");
                    assert.equal(running.droplet.destroyedAt, null);
                    assert.deepEqual(
                        running.resources.map(({ kind, error }) => [kind, error]),
                        chosen.map(({ kind }) => [kind, null]),
                    );

                    clock.skip(60_000);
                    const done = await api.status(dropletId, never);
                    assert.ok(done.state === "completed");
                    assert.equal(done.failures, 0);
                    assert.ok([done.droplet, ...done.resources].every((part) => part.destroyedAt !== null));
                    assert.equal(await api.droplet(dropletId, never), null);
                    assert.equal(await api.associated(dropletId, never), null);
                    const left = await Promise.all(all.map((resource) => api.find(resource, never)));
                    assert.deepEqual(
                        all.filter((_, index) => left[index] !== null).map(({ kind }) => kind),
                        ["volume"],
                    );
                },
                { runningCompletedAt: unset, noErrorMessage },
            ),
        );
    }

    it(
        "retries what failed",
        scene(async ({ api, clock, dropletId, simulator }) => {
            const snapshot = (await api.associated(dropletId, never))?.resources.find(
                ({ kind }) => kind === "snapshot",
            );
            assert.ok(snapshot);
            simulator.faults.failItem(snapshot.id, { message: "resource is busy" });
            await api.destroy(dropletId, [snapshot], SENDING);
            assert.equal((await api.retry(dropletId, SENDING)).kind, "conflict");
            clock.skip(60_000);
            const failed = await api.status(dropletId, never);
            assert.ok(failed.state === "completed");
            assert.equal(failed.failures, 1);
            assert.equal(failed.resources[0]?.error, "resource is busy");
            assert.deepEqual(await api.retry(dropletId, SENDING), { kind: "accepted" });
            clock.skip(60_000);
            const done = await api.status(dropletId, never);
            assert.ok(done.state === "completed");
            assert.equal(done.failures, 0);
        }),
    );

    it(
        "says what keeps a destroy from beginning",
        scene(
            async ({ api, dropletId, simulator }) => {
                assert.equal((await api.destroy(4_040_404, [], SENDING)).kind, "gone");
                assert.equal((await api.retry(4_040_404, SENDING)).kind, "gone");
                simulator.panel.destroy(dropletId);
                assert.equal((await api.destroy(dropletId, [], SENDING)).kind, "conflict");
                const other = simulator.panel.createDroplet("busy").id;
                simulator.faults.add({
                    match: { dropletId: other },
                    do: { kind: "answer", status: 422, message: "Droplet already has a pending event." },
                });
                const outcome = await api.destroy(other, [], SENDING);
                assert.equal(outcome.kind, "busy");
                assert.match(
                    outcome.message,
                    /: 422 Droplet already has a pending event\. \(request [^)]+\)$/,
                );
            },
            { destroyDuringEvent: 422 },
        ),
    );

    it(
        "looks things up",
        scene(async ({ api, simulator, dropletId, volumeId, address }) => {
            assert.match((await api.account(never))?.id ?? "", /^[0-9a-f-]{36,40}$/);
            const volume = { kind: "volume", id: volumeId, name: "", monthlyCost: null } as const;
            const ip = { kind: "reserved_ip", id: "1", name: address, monthlyCost: null } as const;
            assert.deepEqual(await api.find(volume, never), { dropletIds: [dropletId] });
            assert.deepEqual(await api.find(ip, never), { dropletIds: [dropletId] });
            assert.equal((await api.volumeSnapshots(volumeId, never))?.length, 1);
            simulator.panel.detachVolume(volumeId);
            simulator.panel.unassignReservedIp(address);
            assert.deepEqual(await api.find(volume, never), { dropletIds: [] });
            assert.deepEqual(await api.find(ip, never), { dropletIds: [] });
            assert.equal((await api.remove(volume, SENDING)).kind, "accepted");
            assert.equal((await api.remove(volume, SENDING)).kind, "gone");
            assert.equal(await api.find(volume, never), null);
            assert.equal(await api.volumeSnapshots(volumeId, never), null);
            assert.equal(await api.find({ ...ip, name: "203.0.113.1" }, never), null);
        }),
    );

    it(
        "reads every page of a long list",
        scene(async ({ api, simulator, volumeId }) => {
            for (let count = 1; count < 401; count += 1) {
                simulator.panel.snapshotVolume(volumeId, `backup-${count}`);
            }
            simulator.clearRequests();
            const ids = (await api.volumeSnapshots(volumeId, never)) ?? [];
            assert.equal(new Set(ids).size, 401);
            assert.equal(simulator.requests().length, 3);
        }),
    );

    const scopes = {
        reserved_ip: "reserved_ip:read",
        snapshot: "image:read",
        volume: "block_storage:read",
        volume_snapshot: "block_storage_snapshot:read",
    } as const;
    for (const kind of RESOURCE_KINDS) {
        it(
            `finds out that a token may read a ${kind} and nothing else`,
            scene(async ({ api, simulator }) => {
                simulator.setToken(TOKEN, { scopes: [scopes[kind]] });
                const readable = await Promise.all(RESOURCE_KINDS.map((other) => api.canRead(other, never)));
                assert.deepEqual(
                    RESOURCE_KINDS.filter((_, index) => readable[index]),
                    [kind],
                );
                assert.equal(await api.account(never), null);
            }),
        );
    }

    it(
        "hands the id of each request to the observer and to errors",
        scene(async ({ api, simulator, exchanges }) => {
            simulator.setToken(TOKEN, { revoked: true });
            const error = await api.droplet(42, never).then(
                () => assert.fail(),
                (thrown: unknown) => thrown,
            );
            assert.ok(error instanceof AuthenticationError);
            assert.match(error.message, /^GET \/v2\/droplets\/42: 401 .+ \(request [0-9a-f-]{36}\)$/);
            assert.equal(exchanges[0]?.requestId, error.requestId);
        }),
    );
});

/** Every call that reads; what a 404 and a 403 mean to it. */
interface Read {
    readonly name: string;
    readonly call: (scene: Scene) => Promise<unknown>;
    readonly notFound: unknown;
    readonly forbidden?: unknown;
}

const READS: readonly Read[] = [
    { name: "droplet", call: ({ api, dropletId }) => api.droplet(dropletId, never), notFound: null },
    { name: "associated", call: ({ api, dropletId }) => api.associated(dropletId, never), notFound: null },
    {
        name: "status",
        call: ({ api, dropletId }) => api.status(dropletId, never),
        notFound: { state: "none" },
    },
    { name: "account", call: ({ api }) => api.account(never), notFound: ApiError, forbidden: null },
    {
        name: "canRead",
        call: ({ api }) => api.canRead("volume", never),
        notFound: true,
        forbidden: false,
    },
    {
        name: "find, for an address",
        call: ({ api, address }) =>
            api.find({ kind: "reserved_ip", id: "1", name: address, monthlyCost: null }, never),
        notFound: null,
    },
    {
        name: "volumeSnapshots",
        call: ({ api, volumeId }) => api.volumeSnapshots(volumeId, never),
        notFound: null,
    },
    {
        name: "find, for a volume",
        call: ({ api, volumeId }) =>
            api.find({ kind: "volume", id: volumeId, name: "", monthlyCost: null }, never),
        notFound: null,
    },
];

async function expectResult(result: Promise<unknown>, expected: unknown): Promise<void> {
    if (expected === ApiError || expected === ForbiddenError || expected === AuthenticationError) {
        await assert.rejects(result, (error: Error) => {
            assert.equal(error.constructor, expected);
            assert.ok(!inspect(error, { depth: 9 }).includes(TOKEN));
            return true;
        });
    } else {
        assert.deepEqual(await result, expected);
    }
}

for (const { name, call, notFound, forbidden = ForbiddenError } of READS) {
    describe(`${name} against the simulator`, () => {
        const expected: readonly [status: number, result: unknown][] = [
            [401, AuthenticationError],
            [403, forbidden],
            [404, notFound],
            [422, ApiError],
        ];
        for (const [status, result] of expected) {
            it(
                `understands a ${status}, and asks once`,
                scene(async (stage) => {
                    stage.simulator.faults.add({ do: { kind: "answer", status } });
                    await expectResult(call(stage), result);
                    assert.equal(stage.exchanges.length, 1);
                }),
            );
        }

        it(
            "comes through a 429, a 500, a 503, a broken connection and a truncated answer",
            scene(
                async (stage) => {
                    await stage.api.destroy(stage.dropletId, [], SENDING);
                    const undisturbed = await call(stage);
                    const { faults } = stage.simulator;
                    const before = stage.exchanges.length;
                    const troubles = [
                        { kind: "tooManyRequests", retryAfterS: 0 },
                        { kind: "answer", status: 500 },
                        { kind: "answer", status: 503 },
                        { kind: "dropBefore" },
                        { kind: "truncated" },
                    ] as const;
                    for (const trouble of troubles) {
                        faults.add({ do: trouble });
                        assert.deepEqual(await call(stage), undisturbed);
                    }
                    assert.equal(stage.exchanges.length - before, 2 * troubles.length);
                },
                { destroyDurationMs: 3_600_000 },
            ),
        );

        it(
            "ends as unreachable where nothing else ever comes, and shows no token",
            scene(async (stage) => {
                stage.simulator.faults.add({ times: Infinity, do: { kind: "echoToken" } });
                await assert.rejects(call(stage), (error: unknown) => {
                    assert.ok(error instanceof UnreachableError);
                    assert.match(error.message, /after 5 tries; the last: 500 .*dop_v1_\[redacted\]/);
                    assert.ok(!inspect(error, { depth: 9, showHidden: true }).includes(TOKEN));
                    return true;
                });
            }),
        );

        it(
            "refuses a redirect, an answer that is no JSON and one that is too large",
            scene(async (stage) => {
                stage.simulator.faults.add({ do: { kind: "redirect", location: "https://evil.example/x" } });
                await assert.rejects(call(stage), /307 redirects are refused \(to evil\.example\)/);
                stage.simulator.faults.add({ do: { kind: "text", text: "<html>", status: 200 } });
                await assert.rejects(call(stage), /200 the answer is not JSON: <html>/);
                stage.simulator.faults.add({
                    do: { kind: "huge", bytes: 9 * 1024 * 1024 },
                    match: { path: "/v2/*" },
                });
                const huge = await call(stage).then(
                    () => assert.fail(),
                    (error: unknown) => error,
                );
                assert.ok(huge instanceof Error);
                assert.match(huge.message, /: (200 the answer is too large|404 )/);
            }),
        );
    });
}

const SUBMITS: readonly [name: string, call: (scene: Scene) => Promise<SubmitOutcome>][] = [
    ["destroy", ({ api, dropletId }) => api.destroy(dropletId, [], SENDING)],
    ["retry", ({ api, dropletId }) => api.retry(dropletId, SENDING)],
];

for (const [name, call] of SUBMITS) {
    describe(`${name} against the simulator`, () => {
        const errors = [
            [401, AuthenticationError],
            [403, ForbiddenError],
        ] as const;
        for (const [status, error] of errors) {
            it(
                `understands a ${status}, and asks once`,
                scene(async (stage) => {
                    stage.simulator.faults.add({ do: { kind: "answer", status } });
                    await expectResult(call(stage), error);
                    assert.equal(stage.exchanges.length, 1);
                }),
            );
        }

        const outcomes: readonly [status: number, kind: SubmitOutcome["kind"]][] = [
            [202, "accepted"],
            [404, "gone"],
            [409, "conflict"],
            [422, "busy"],
            [429, "limited"],
        ];
        for (const [status, kind] of outcomes) {
            it(
                `understands a ${status} as "${kind}", and asks once`,
                scene(async (stage) => {
                    stage.simulator.faults.add({ do: { kind: "answer", status, message: "because" } });
                    const outcome = await call(stage);
                    assert.equal(outcome.kind, kind);
                    assert.ok(!("message" in outcome) || outcome.message.includes(`${status} because`));
                    assert.equal(stage.exchanges.length, 1);
                }),
            );
        }

        const lost = [
            { kind: "answer", status: 408, afterEffect: true },
            { kind: "answer", status: 500 },
            { kind: "answer", status: 503, afterEffect: true },
            { kind: "dropBefore" },
            { kind: "dropAfter" },
        ] as const;
        for (const trouble of lost) {
            it(
                `is lost, and not repeated, after ${JSON.stringify(trouble)}`,
                scene(async (stage) => {
                    stage.simulator.faults.add({ do: trouble });
                    const outcome = await call(stage);
                    assert.equal(outcome.kind, "lost");
                    assert.equal(stage.exchanges.length, 1);
                }),
            );
        }
    });
}

import assert from "node:assert/strict";
import { inspect } from "node:util";
import {
    ApiError,
    AuthenticationError,
    ForbiddenError,
    UnreachableError,
} from "../../provider/teardown/errors.js";
import type { SubmitOutcome } from "../../provider/teardown/ports.js";
import { SENDING } from "../support/connection.js";
import { never, scene, TOKEN, type Scene } from "../support/client-scene.js";

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
        name: "accessTo",
        call: async ({ api }) => (await api.accessTo("volume", never)).denied === null,
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

import assert from "node:assert/strict";
import * as fc from "fast-check";

import { createDropletApi, createOwnershipApi } from "../../provider/digitalocean/api.js";
import {
    MalformedError,
    readDropletPage,
    readDroplets,
    readReservedIps,
    readSnapshots,
    readVolumes,
} from "../../provider/digitalocean/wire.js";
import { RefusedError } from "../../provider/teardown/errors.js";
import { matchesGlob } from "../../provider/teardown/policy.js";
import { CliWorld } from "../support/cli-world.js";
import { scriptedServer, SENDING } from "../support/connection.js";
import { ProgramWorld } from "../support/program-world.js";
import { TELLS_ALL } from "../support/tells-all.js";
import { checkTexts, type Texts } from "./texts.js";

/** Pieces of text that mean something to a terminal, Markdown, HTML, JSON, a URL, a shell or JavaScript. */
const PIECES = [
    ...[
        "\u001b[2J",
        "\u001b]8;;http://evil\u0007",
        "\r",
        "\n",
        "\t",
        "\u0000",
        "\u009b31m",
        "\u202e",
        "\u2028",
    ],
    ...["\\", "|", "\\|", "`", "``", "~~~", "](", "[x](http://evil)", "![", "@everyone", "#1", "<img src=x>"],
    ...[
        "&lt;",
        "-->",
        "| a | b |",
        "---",
        "***",
        '"',
        "'",
        '","outcome":"destroyed',
        "}\n{",
        "\\u0000",
        "\ud800",
    ],
    ...["../", "%2e%2e", "/", "?", "#", "%", "; rm -rf ~", "$(id)", "${x}", "&&"],
    ...[
        "__proto__",
        "constructor",
        "toString",
        "undefined",
        "*",
        "?",
        "pg-backup",
        "é",
        "e\u0301",
        "日本",
        "🜏",
    ],
];
const hostile = fc.array(fc.oneof(fc.constantFrom(...PIECES), fc.string({ maxLength: 3 })), { maxLength: 6 });
const name = hostile.map((pieces) => `n${pieces.join("")}`.slice(0, 60));

describe("hostile text", () => {
    it("of names and reasons breaks out of nothing that `pulumi destroy` says", async () => {
        const property = fc.asyncProperty(name, name, name, async (first, second, reason) => {
            checkTexts(await destroyInProgram(first, second, reason));
        });
        await fc.assert(property, { numRuns: TELLS_ALL ? 75 : 25 });
    });

    it("of names and reasons breaks out of nothing that the command line says", async () => {
        const property = fc.asyncProperty(name, name, name, async (first, second, reason) => {
            checkTexts(await destroyByCommand(first, second, reason));
        });
        await fc.assert(property, { numRuns: TELLS_ALL ? 75 : 25 });
    });

    it("of a keep-list names what it says and nothing else, in no time", () => {
        fc.assert(
            fc.property(name, name, (entry, other) => {
                assert.ok(matchesGlob(entry, entry));
                const isPattern = /[*?]/.test(entry);
                assert.ok(isPattern || matchesGlob(entry, other) === (entry === other));
            }),
        );
        const startedAtMs = performance.now();
        assert.equal(matchesGlob(`${"*a".repeat(100)}b`, "a".repeat(2_000)), false);
        assert.ok(performance.now() - startedAtMs < 2_000, "a pattern blows up");
    });

    it("of an id stays in its place in a URL, or is refused", async () => {
        await fc.assert(
            fc.asyncProperty(
                hostile,
                fc.constantFrom("volume", "snapshot", "reserved_ip"),
                async (parts, kind) => {
                    const id = parts.join("");
                    const { connection, sent } = scriptedServer([{ status: 404, body: { id: "not_found" } }]);
                    const api = createDropletApi(connection);
                    const resource = { kind, id, name: id, monthlyCost: null } as const;
                    await attempt(() => api.find(resource, SENDING.signal));
                    const tags = createOwnershipApi(connection);
                    await attempt(() => tags.deleteTag(id, SENDING.signal));
                    for (const { url } of sent) {
                        const { origin, pathname, search, hash } = new URL(url);
                        assert.equal(origin, "https://api.digitalocean.com");
                        assert.match(pathname, /^\/v2\/(volumes|snapshots|reserved_ips|tags)\/[^/]*$/);
                        assert.equal(search + hash, "");
                    }
                },
            ),
        );
    });

    it("in any JSON crashes no list", () => {
        const keys = ["droplets", "volumes", "snapshots", "reserved_ips", "id", "name", "size_gigabytes"];
        const more = ["resource_id", "droplet", "droplet_ids", "created_at", "ip", "meta", "total", "tags"];
        const strange = ["__proto__", "constructor", "hasOwnProperty", "toString", "then", "length"];
        const json = fc.letrec((tie) => ({
            value: fc.oneof(
                { maxDepth: 5 },
                fc.constantFrom<unknown>(null, "", "1", -0, 1e300, true),
                fc.double({ noNaN: true }),
                name,
                fc.array(tie("value"), { maxLength: 3 }),
                fc.dictionary(fc.constantFrom(...keys, ...more, ...strange), tie("value"), { maxKeys: 6 }),
            ),
        })).value;
        const snapshots = (body: unknown) => readSnapshots(body, "snapshot");
        const readers = [readDroplets, readReservedIps, readVolumes, snapshots];
        fc.assert(
            fc.property(json, fc.constantFrom(...readers, readDropletPage), (body, read) => {
                try {
                    read(JSON.parse(JSON.stringify(body)));
                } catch (error) {
                    assert.ok(error instanceof MalformedError, String(error));
                    assert.doesNotMatch(error.message, /\n/);
                }
            }),
            { numRuns: 2_000 },
        );
        assert.equal(({} as Record<string, unknown>).outcome, undefined);
    });

    for (const [what, body] of Object.entries({
        "is a hundred thousand levels deep": `${"[".repeat(100_000)}${"]".repeat(100_000)}`,
        "has a number of a hundred thousand digits": `{"droplet":{"id":${"9".repeat(100_000)}}}`,
        "sets a prototype": '{"__proto__":{"droplet":{"id":1,"name":"x"}},"constructor":{"prototype":{}}}',
        "has a key twice": '{"droplet":1,"droplet":{"id":"412000001\\u0000"}}',
        "is a text of eight megabytes": `"${"x".repeat(8 * 1024 * 1024)}"`,
    })) {
        it(`is no droplet where it ${what}`, async () => {
            const { connection } = scriptedServer([{ status: 200, body }]);
            const api = createDropletApi(connection);
            await assert.rejects(api.droplet(412_000_001, SENDING.signal), { name: "MalformedAnswerError" });
        });
    }

    it("of a configuration is refused with one line for each property, or is taken as it is", async () => {
        const anything = fc.oneof(
            fc.anything({ maxDepth: 2 }),
            name,
            fc.constantFrom("destroy", "keep", -1, Infinity),
        );
        const property = fc.asyncProperty(
            fc.dictionary(
                fc.constantFrom(
                    ...[
                        "policy",
                        "keep",
                        "managed",
                        "retries",
                        "timeout",
                        "requireTag",
                        "dropletId",
                        "token",
                    ],
                    ...["apiEndpoint", "__proto__", "constructor", "gracefulShutdown", "stackTag", "tag"],
                ),
                anything,
            ),
            async (given) => {
                const process = new ProgramWorld().process();
                for (const handlers of [process, process.record]) {
                    const { failures } = await handlers.check({}, given);
                    failures.forEach(({ reason }) => assert.doesNotMatch(reason, /\p{Cc}/u));
                }
            },
        );
        await fc.assert(property, { numRuns: 500 });
    });
});

/** What is not sent is refused. */
async function attempt(work: () => Promise<unknown>): Promise<void> {
    try {
        await work();
    } catch (error) {
        assert.ok(error instanceof RefusedError, String(error));
    }
}

async function destroyInProgram(first: string, second: string, reason: string): Promise<Texts> {
    const world = new ProgramWorld();
    const program = await world.up({ policy: { default: "destroy", volumes: "keep" } });
    const { panel, faults } = world.simulator;
    panel.takeSnapshot(program.dropletId, first);
    const failing = panel.takeSnapshot(program.dropletId, second);
    faults.failItem(failing.id, { times: Infinity, message: reason });
    const env = { DROPLET_TEARDOWN_REPORT: "/r", DROPLET_TEARDOWN_SUMMARY: "/s" };
    const message = await world.destroy(program, { env }).then(
        () => "",
        (error: unknown) => (error as Error).message,
    );
    const lines = world.lines.map(({ text }) => text);
    return {
        people: [...lines, message],
        json: (world.files.get("/r") ?? "").trim().split("\n"),
        markdown: world.files.get("/s") ?? "",
    };
}

async function destroyByCommand(first: string, second: string, reason: string): Promise<Texts> {
    const world = new CliWorld();
    const { panel, faults } = world.simulator;
    const { id } = panel.createDroplet("web-1");
    panel.takeSnapshot(id, first);
    const failing = panel.takeSnapshot(id, second);
    faults.failItem(failing.id, { times: Infinity, message: reason });
    const files = "--report /r --summary /s";
    const plan = await world.run(`plan ${id} --policy destroy`);
    const ran = await world.run(`destroy ${id} --yes --policy destroy --retries 1 ${files}`);
    return {
        people: [plan.stdout, plan.stderr, ran.stdout, ran.stderr],
        json: [world.files.get("/r") ?? ""],
        markdown: world.files.get("/s") ?? "",
    };
}

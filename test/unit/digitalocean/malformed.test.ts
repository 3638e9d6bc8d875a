import assert from "node:assert/strict";
import fc from "fast-check";
import { nextPage } from "../../../provider/digitalocean/pages.js";
import {
    MalformedError,
    readAccount,
    readAssignment,
    readAssociated,
    readAttachments,
    readDroplet,
    readSnapshotIds,
    readStatus,
} from "../../../provider/digitalocean/wire.js";

const DONE = "2026-01-01T18:11:49Z";

describe("malformed answers", () => {
    const table: readonly [name: string, read: () => unknown, message: string][] = [
        ["a body that is a list", () => readStatus([]), "body: expected an object, got a list"],
        ["a body that is null", () => readAssociated(null), "body: expected an object, got null"],
        ["resources as text", () => readStatus({ resources: "x" }), 'resources: expected an object, got "x"'],
        [
            "a list as an object",
            () => readAssociated({ volumes: {} }),
            "volumes: expected a list, got an object",
        ],
        [
            "an entry as a number",
            () => readAssociated({ volumes: [1] }),
            "volumes[0]: expected an object, got 1",
        ],
        [
            "an entry without id",
            () => readAssociated({ volumes: [{}] }),
            "volumes[0].id: expected an id, got nothing",
        ],
        [
            "a fractional id",
            () => readStatus({ resources: { volumes: [{ id: 1.5 }] } }),
            "resources.volumes[0].id: expected an id, got 1.5",
        ],
        [
            "a time that is a flag",
            () => readStatus({ completed_at: true }),
            "completed_at: expected a text, got true",
        ],
        [
            "a count that is a word",
            () => readStatus({ failures: "x" }),
            'failures: expected a whole number, got "x"',
        ],
        ["a Droplet that is missing", () => readDroplet({}), "droplet: expected an object, got nothing"],
        [
            "a Droplet id that is a uuid",
            () => readDroplet({ droplet: { id: "4d-2" } }),
            'droplet.id: expected the id of a Droplet, got "4d-2"',
        ],
        ["a page without its list", () => readSnapshotIds({}), "snapshots: expected a list, got nothing"],
        [
            "a page that does not advance",
            () => nextPage({ links: { pages: { next: "https://x/?page=2" } } }, 2),
            "links.pages.next: expected a page from 3 to 1000",
        ],
    ];
    for (const [name, read, message] of table) {
        it(`name the field: ${name}`, () => assert.throws(read, { name: "MalformedError", message }));
    }

    it("never crash a reader, whatever the JSON", () => {
        const readers = [
            readAccount,
            readAssignment,
            readAssociated,
            readAttachments,
            readDroplet,
            readSnapshotIds,
            readStatus,
            (body: unknown) => nextPage(body, 1),
        ];
        const keys = [
            "droplet",
            "resources",
            "volumes",
            "reserved_ips",
            "floating_ips",
            "snapshots",
            "id",
        ].concat(
            [
                "name",
                "account",
                "team",
                "uuid",
                "volume",
                "droplet_ids",
                "size",
                "tags",
                "links",
                "pages",
                "next",
            ],
            [
                "completed_at",
                "destroyed_at",
                "error_message",
                "failures",
                "cost",
                "price_monthly",
                "__proto__",
            ],
        );
        const json = fc.letrec((tie) => ({
            value: fc.oneof(
                { maxDepth: 5 },
                fc.constantFrom<unknown>(null, "", " ", "1", -0, 1e300, true, DONE),
                fc.double({ noNaN: true }),
                fc.string(),
                fc.array(tie("value"), { maxLength: 3 }),
                fc.dictionary(fc.constantFrom(...keys), tie("value"), { maxKeys: 6 }),
            ),
        })).value;
        fc.assert(
            fc.property(json, fc.constantFrom(...readers), (body, read) => {
                try {
                    read(body);
                } catch (error) {
                    assert.ok(error instanceof MalformedError, String(error));
                    assert.doesNotMatch(error.message, /\n/);
                }
            }),
            { numRuns: 2_000 },
        );
    });
});

import assert from "node:assert/strict";

import { leaveAsyncStorage } from "../support/async-storage.js";
import { type Declared, type Program, WEB } from "./program.js";
import { know, recordParts, recordRegistrations } from "./recorded.js";
import { record } from "./recorder/record.js";
import type { Registration } from "./recorder/registration.js";
import { toSource } from "./source.js";

const STACK = { name: "dev", project: "app" };

describe("what programs of lives register", () => {
    after(leaveAsyncStorage);

    it("is the same recorded as a whole, and filled in from parts", async () => {
        const all: Partial<Declared>[] = [
            {
                kind: "ours",
                volume: "listed",
                hasAddress: true,
                policy: { default: "keep", volumes: "destroy" },
            },
            { kind: "covered", volume: "attached", keep: ["golden", "pg-*"], hasSibling: true, ttl: "2h" },
            { kind: "covered", finalSnapshot: true },
            { kind: "handed back", inVpc: true, option: "protected", formerly: "former" },
            { kind: "disabled", option: "retained", isNamed: true, keep: [] },
            { kind: "official", image: "debian-12-x64" },
        ];
        const program: Program = {
            droplets: all.map((declared, index) => ({
                ...WEB,
                ...{ name: `web-${index}`, prefix: `p${index}` },
                ...declared,
            })),
            bare: [
                {
                    ...{ name: "legacy", dropletId: 412_000_001, policy: "prevent", keep: [] },
                    ...{ finalSnapshot: true, requireTag: "pets", hasSibling: true, ttl: "7d" },
                },
            ],
        };
        const whole = await record(toSource(program), STACK);
        know(await recordParts(program, STACK.project));
        assert.deepEqual(comparable(await recordRegistrations(program, STACK)), comparable(whole));
    });
});

/** By URN, with references in place of the tokens that stand for them. */
function comparable(registrations: readonly Registration[]): unknown[] {
    return [...registrations]
        .sort((one, other) => (one.urn < other.urn ? -1 : 1))
        .map(({ references, inputs, ...rest }) => {
            const named = Object.entries(references).reduce(
                (text, [token, { urn, property }]) => text.replaceAll(token, `${urn}.${property}`),
                JSON.stringify(inputs),
            );
            // A digest of arguments is of placeholders where these are filled in.
            const known = named.replace(/"argumentsDigest":"[0-9a-f]{16}"/, '"argumentsDigest":"…"');
            return { ...rest, dependencies: [...rest.dependencies].sort(), inputs: known };
        });
}

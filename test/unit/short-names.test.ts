import assert from "node:assert/strict";

import { withShortNames } from "../../tools/package/short-names.js";

/** With each short name replaced by the text after it. */
function shortened(code: string): string {
    const names: string[] = [];
    return withShortNames(code, "provider/any.ts").replace(/\bZ[0-9A-Za-z]{2}\b/g, (name) => {
        names.push(...(names.includes(name) ? [] : [name]));
        return `short${names.indexOf(name)}`;
    });
}

describe("short names in the package", () => {
    const CODE: Readonly<Record<string, readonly [code: string, short: string]>> = {
        "are given to functions that a module does not export": [
            "export function door() { return helper(1); } function helper(n) { return n; }",
            "export function door() { return short0(1); } function short0(n) { return n; }",
        ],
        "are given to functions inside others": [
            "export function door() { const twice = (n) => 2 * n; return twice(1); }",
            "export function door() { const short0 = (n) => 2 * n; return short0(1); }",
        ],
        "leave what is exported, and constants, to the bundler": [
            "export const door = () => 1; const n = 1; export const m = n;",
            "export const door = () => 1; const n = 1; export const m = n;",
        ],
        "leave a name that something else has as well": [
            "function find() {} export function door(find: () => void) { find(); }",
            "function find() {} export function door(find: () => void) { find(); }",
        ],
        "leave the names of properties": [
            "function read() {} export const all = { read, other: { read: read } }; all.read();",
            "function short0() {} export const all = { read: short0, other: { read: short0 } }; all.read();",
        ],
        "leave keys of patterns": [
            "function read() {} export function door({ read: own }) { own(read); }",
            "function short0() {} export function door({ read: own }) { own(short0); }",
        ],
    };
    for (const [behavior, [code, short]] of Object.entries(CODE)) {
        it(behavior, () => assert.equal(shortened(code), short));
    }

    it("are never the same twice in a module", () => {
        const helpers = Array.from({ length: 100 }, (_, index) => `function helper${index}() {}`);
        const names = withShortNames(helpers.join("\n"), "cli/any.ts").match(/Z\w+/g) ?? [];
        assert.equal(new Set(names).size, 100);
    });
});

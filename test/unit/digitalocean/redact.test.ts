import assert from "node:assert/strict";
import { inspect } from "node:util";
import { redactError, redactTokens } from "../../../provider/digitalocean/connection.js";
import { excerpt, printable } from "../../../provider/digitalocean/wire.js";

describe("redaction", () => {
    const secret = "s3cr3t-of-a-gateway";
    const table: readonly [text: string, expected: string][] = [
        ["nothing to hide", "nothing to hide"],
        ["Bearer dop_v1_abc123", "Bearer dop_v1_[redacted]"],
        ["doo_v1_A1 and dor_v1_B2.", "dop_v1_[redacted] and dop_v1_[redacted]."],
        [`"${secret}","${secret}"`, '"dop_v1_[redacted]","dop_v1_[redacted]"'],
        ["http://me:p@w@proxy.example:3128 failed", "http://[redacted]@proxy.example:3128 failed"],
        ["dop_v1_[redacted]", "dop_v1_[redacted]"],
        ["x_dop_v1_abc", "x_dop_v1_[redacted]"],
        ["dop_v2_abc", "dop_v2_abc"],
        ['{"link":"http://a","email":"me@example.com"}', '{"link":"http://a","email":"me@example.com"}'],
    ];
    for (const [text, expected] of table) {
        it(`turns ${JSON.stringify(text)} into ${JSON.stringify(expected)}`, () => {
            assert.equal(redactTokens(text, [secret]), expected);
        });
    }

    it("leaves text alone where a secret is too short to be one", () => {
        assert.equal(redactTokens("a test of tests", ["", "test"]), "a test of tests");
    });

    it("hides a secret of eight characters, the shortest that is one", () => {
        assert.equal(redactTokens("a secret12 b", ["secret12"]), "a dop_v1_[redacted] b");
    });

    it("keeps a code that is a text alone, and gives no cause to an error without one", () => {
        const copy = redactError(Object.assign(new Error("no"), { code: 7 }));
        assert.ok(!("code" in copy) && !("cause" in copy) && !("code" in redactError(new Error("no"))));
    });

    it("shows no more than one level of what was thrown", () => {
        assert.equal(redactError({ a: { b: { c: { d: 1 } } } }).message, "{ a: { b: [Object] } }");
    });

    it("keeps name, message, code and causes of an error, but nothing secret and nothing else", () => {
        const inner = Object.assign(new TypeError(`bad header ${secret}`), { code: "EBAD" });
        const outer = Object.assign(new Error("GET dop_v1_abc failed", { cause: inner }), {
            request: { headers: { authorization: `Bearer ${secret}` } },
        });
        const copy = redactError(outer, [secret]);
        const cause = copy.cause as Error & { code: string };
        assert.equal(copy.message, "GET dop_v1_[redacted] failed");
        assert.equal(cause.name, "TypeError");
        assert.equal(cause.code, "EBAD");
        assert.equal(cause.message, "bad header dop_v1_[redacted]");
        assert.deepEqual(Object.keys(copy), []);
        assert.doesNotMatch(inspect(copy, { depth: 9, showHidden: true }), /s3cr3t|dop_v1_abc/);
        assert.match(copy.stack ?? "", /redact\.test/);
    });

    it("makes an error of whatever was thrown", () => {
        assert.equal(redactError("dop_v1_abc").message, "'dop_v1_[redacted]'");
        assert.match(redactError(Object.create(null)).message, /Object: null prototype/);
    });

    it("survives causes that go in a circle and errors without a stack", () => {
        const circular = new Error("round");
        circular.cause = circular;
        delete circular.stack;
        assert.equal(redactError(circular).message, "round");
        assert.match(redactError(circular).stack ?? "", /round/);
    });
});

describe("text from the server", () => {
    it("loses its control characters and marks that reorder a line", () => {
        assert.equal(printable(" a\u001b[31m\r\nb\u2028c\u202ed\u0085 "), "a [31m b c d");
    });

    it("is cut to an excerpt on one line", () => {
        assert.equal(excerpt("a  b\n\tc", 10), "a b c");
        assert.equal(excerpt("abcdef", 3), "abc…");
    });
});

import assert from "node:assert/strict";
import { parseEndpoint, PUBLIC_ENDPOINT } from "../../../provider/digitalocean/connection.js";
import { RefusedError } from "../../../provider/teardown/errors.js";

describe("endpoint", () => {
    const accepted: readonly [text: string, base: string, loopback: boolean][] = [
        [PUBLIC_ENDPOINT, "https://api.digitalocean.com", false],
        ["https://api.digitalocean.com/", "https://api.digitalocean.com", false],
        [" HTTPS://API.example.com ", "https://api.example.com", false],
        ["https://gateway.example.com/do//", "https://gateway.example.com/do", false],
        ["http://127.0.0.1:8080", "http://127.0.0.1:8080", true],
        ["http://127.1", "http://127.0.0.1", true],
        ["https://gateway.example.com/v2/do", "https://gateway.example.com/v2/do", false],
        ["http://127.90.80.70:1", "http://127.90.80.70:1", true],
        ["http://127.9.8.7:1", "http://127.9.8.7:1", true],
        ["http://[::1]:3000/", "http://[::1]:3000", true],
        ["http://localhost:3000", "http://localhost:3000", true],
        ["https://localhost:3000", "https://localhost:3000", true],
    ];
    for (const [text, base, loopback] of accepted) {
        it(`accepts ${JSON.stringify(text)}`, () => {
            const endpoint = parseEndpoint(text);
            assert.equal(endpoint.base, base);
            assert.equal(endpoint.loopback, loopback);
            assert.equal(endpoint.host, new URL(base).host);
        });
    }

    const refused: readonly [text: string, reason: RegExp][] = [
        ["", /not a URL/],
        ["api.digitalocean.com", /not a URL/],
        ["ftp://api.digitalocean.com", /scheme must be https/],
        ["http://api.digitalocean.com", /plain http is allowed on loopback only/],
        ["http://127.0.0.1.evil.example", /plain http/],
        ["http://localhost.evil.example", /plain http/],
        ["http://192.168.0.1", /plain http/],
        ["http://[::ffff:10.0.0.1]", /plain http/],
        ["https://user:secret@api.example.com", /credentials/],
        ["https://user@api.example.com", /credentials/],
        ["https://:secret@api.example.com", /credentials/],
        ["https://api.example.com?x=1", /query/],
        ["https://api.example.com#x", /fragment/],
        ["https://api.digitalocean.com/v2", /leave out the \/v2/],
        ["https://api.digitalocean.com/v2//", /leave out the \/v2/],
        ["https://api.digitalocean.com/v2/", /leave out the \/v2/],
    ];
    for (const [text, reason] of refused) {
        it(`refuses ${JSON.stringify(text)} in one line that names it`, () => {
            assert.throws(
                () => parseEndpoint(text),
                (error: unknown) => {
                    assert.ok(error instanceof RefusedError);
                    assert.match(error.message, reason);
                    assert.doesNotMatch(error.message, /\n|secret/);
                    assert.ok(text.includes("@") || error.message.includes(JSON.stringify(text)));
                    return true;
                },
            );
        });
    }
});

import { strict as assert } from "node:assert";
import { X509Certificate } from "node:crypto";
import { request } from "node:https";

import { selfSignedIdentity, startServer, VirtualClock } from "../index.js";
import { createTestSimulator } from "../../test/support/simulated.js";
import { TOKEN } from "./harness.js";

const NOW_MS = Date.now();
const HOSTS = ["localhost", "127.0.0.1", "::1", "2001:db8::7:1", "simulator.example"];

describe("the certificate that the simulator makes for itself", () => {
    const { cert } = selfSignedIdentity(HOSTS, NOW_MS);
    const certificate = new X509Certificate(cert);

    it("is signed by itself, and an authority", () => {
        assert.ok(certificate.verify(certificate.publicKey));
        assert.ok(certificate.checkIssued(certificate));
        assert.ok(certificate.ca);
    });

    it("is valid since yesterday, for a year", () => {
        const days = (date: string): number => Math.round((Date.parse(date) - NOW_MS) / 86_400_000);
        assert.deepEqual([days(certificate.validFrom), days(certificate.validTo)], [-1, 365]);
    });

    for (const host of HOSTS) {
        it(`names ${host}`, () => {
            const named = /[:]|^\d+\./.test(host) ? certificate.checkIP(host) : certificate.checkHost(host);
            assert.equal(named, host);
        });
    }

    it("names nobody else, and is another one each time", () => {
        assert.equal(certificate.checkHost("example.com"), undefined);
        assert.equal(certificate.checkIP("127.0.0.2"), undefined);
        const other = new X509Certificate(selfSignedIdentity(HOSTS, NOW_MS).cert);
        assert.notEqual(other.serialNumber, certificate.serialNumber);
    });
});

describe("the simulator behind TLS", () => {
    it("answers who trusts its certificate, and nobody else, with links to itself", async () => {
        const tls = selfSignedIdentity(["127.0.0.1"], NOW_MS);
        const simulator = createTestSimulator({ clock: new VirtualClock() });
        ["a", "b"].forEach((name) => simulator.panel.createDroplet(name));
        const server = await startServer(simulator, { port: 0, tls });
        try {
            assert.match(server.url, /^https:\/\/127\.0\.0\.1:\d+$/);
            const url = `${server.url}/v2/droplets?per_page=1`;
            const { links } = JSON.parse(await get(url, tls.cert)) as { links: { pages: { next: string } } };
            assert.equal(links.pages.next, `${url}&page=2`);
            await assert.rejects(get(url), { code: "DEPTH_ZERO_SELF_SIGNED_CERT" });
        } finally {
            await server.close();
        }
    });
});

function get(url: string, ca?: string): Promise<string> {
    return new Promise((resolve, reject) => {
        const headers = { authorization: `Bearer ${TOKEN}` };
        request(url, { headers, ...(ca === undefined ? {} : { ca }) }, (response) => {
            let body = "";
            response.setEncoding("utf8").on("data", (part: string) => (body += part));
            response.on("end", () => resolve(body));
        })
            .on("error", reject)
            .end();
    });
}

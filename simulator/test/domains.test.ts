import { strict as assert } from "node:assert";
import { simulated } from "./harness.js";

type Body = Readonly<Record<string, unknown>>;

/** A domain `e.com`, and what becomes of records in it. */
function withDomain() {
    const { call, run } = simulated();
    const records = "domains/e.com/records";
    return {
        create: () => run(() => call("POST domains", { name: "e.com" })),
        list: async () => (await run(() => call(`GET ${records}`))).body.domain_records as Body[],
        add: async (record: object) => {
            const { body } = await run(() => call(`POST ${records}`, record));
            return body.domain_record as { id: number; name: string; data: string };
        },
        change: async (id: number, record: object) => {
            const { body } = await run(() => call(`PATCH ${records}/${id}`, record));
            return body.domain_record as { name: string; data: string };
        },
    };
}

describe("the records of a simulated domain", () => {
    it("are four from the start: SOA, and three name servers", async () => {
        const domain = withDomain();
        await domain.create();
        assert.deepEqual(
            (await domain.list()).map(({ type, name, data }) => [name, type, data].join(" ")),
            [
                "@ SOA 1800",
                "@ NS ns1.digitalocean.com",
                "@ NS ns2.digitalocean.com",
                "@ NS ns3.digitalocean.com",
            ],
        );
    });

    for (const type of ["CNAME", "MX", "NS", "SRV", "CAA"]) {
        it(`point at a host without the final dot: ${type}`, async () => {
            const domain = withDomain();
            await domain.create();
            const made = await domain.add({ type, name: "w.e.com.", data: "mail.e.com.", priority: 1 });
            assert.equal(made.name, "w");
            assert.equal(made.data, "mail.e.com");
            const changed = await domain.change(made.id, { type, data: "other.example.", name: "v.e.com." });
            assert.equal(changed.name, "v");
            assert.equal(changed.data, "other.example");
        });
    }

    it("call the domain itself @, as a name and as a host", async () => {
        const domain = withDomain();
        await domain.create();
        const { name, data } = await domain.add({ type: "CNAME", name: "w", data: "e.com." });
        assert.deepEqual([name, data], ["w", "@"]);
        const text = await domain.add({ type: "TXT", name: "e.com.", data: "v=spf1 a:mail.e.com." });
        assert.deepEqual([text.name, text.data], ["@", "v=spf1 a:mail.e.com."]);
    });
});

import { strict as assert } from "node:assert";
import { simulated } from "./harness.js";

describe("a simulated firewall", () => {
    const PORTS = [
        ["tcp", "all", "0"],
        ["tcp", "8000-9000", "8000-9000"],
        ["icmp", undefined, "0"],
        // The official provider's test expects them back.
        ["icmp", "1-65535", "1-65535"],
    ] as const;
    for (const [protocol, ports, shown] of PORTS) {
        it(`shows the ports ${String(ports)} of ${protocol} as ${shown}`, async () => {
            const { call, run } = simulated();
            const rule = { protocol, ports, sources: { addresses: ["192.168.1.1/32"] } };
            const made = await run(() => call("POST firewalls", { name: "fw", inbound_rules: [rule] }));
            const { inbound_rules: rules } = made.body.firewall as { inbound_rules: { ports: string }[] };
            assert.equal(rules[0]?.ports, shown);
        });
    }
});

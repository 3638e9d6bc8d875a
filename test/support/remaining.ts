import type { Simulator } from "../../simulator/index.js";
import { TOKEN } from "./engine-world.js";

/**
 * Everything that a simulated DigitalOcean holds, sorted: "droplet web-1", "firewall front", "record www",
 * "snapshot nightly", "reserved ip" (addresses have no name), "volume data".
 * @param token decides whose firewalls and domains are read
 */
export async function remaining(simulator: Simulator, token: string = TOKEN): Promise<string[]> {
    const { droplets, volumes, reservedIps, snapshots } = simulator.state();
    const named = (kind: string, all: readonly { readonly name: string }[]): string[] =>
        all.map(({ name }) => `${kind} ${name}`);
    const firewalls = await list(simulator, token, "firewalls");
    const domains = await list(simulator, token, "domains");
    const records = await Promise.all(
        domains.map(({ name }) => list(simulator, token, `domains/${name}/records`)),
    );
    return [
        ...named("droplet", droplets),
        ...named("firewall", firewalls),
        ...named("domain", domains),
        ...named(
            "record",
            records.flat().filter(({ type }) => type === "A"),
        ),
        ...named("snapshot", snapshots),
        ...named("volume", volumes),
        ...reservedIps.map(() => "reserved ip"),
    ].sort();
}

interface Named {
    readonly name: string;
    readonly type?: string;
}

async function list(simulator: Simulator, token: string, path: string): Promise<Named[]> {
    const response = await simulator.fetch(`http://any.host/v2/${path}?per_page=200`, {
        headers: { authorization: `Bearer ${token}` },
    });
    const [page] = Object.values(JSON.parse(await response.text()) as Record<string, unknown>);
    return page as Named[];
}

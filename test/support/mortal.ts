import type { Fetch } from "../../provider/digitalocean/connection.js";
import type { TeardownWorld } from "./teardown-world.js";

/** When, beside the request at which it dies, a process ends. */
export const MOMENTS = ["before it is sent", "after it took effect"] as const;

type Moment = (typeof MOMENTS)[number];

/**
 * The numbers of the requests, of those of an undisturbed run, at which a process may die in a way of its own: a read
 * has no effect, so that to die after it is to die before the next request, and of those of a wait, which say the same
 * one after the other, the first and the last will do.
 */
export function deathsIn({ simulator }: TeardownWorld, moment: Moment): number[] {
    const requests = simulator.requests();
    const said = requests.map(({ method, path, status }) => `${method} ${path} ${status}`);
    return requests.flatMap(({ method }, index) => {
        const waits = method === "GET" && said[index - 1] === said[index] && said[index + 1] === said[index];
        return !waits && (moment === "before it is sent" || method !== "GET") ? [index + 1] : [];
    });
}

/** A process that dies at its k-th request: nothing of it is sent afterwards, and nothing comes back. */
export function mortal(
    world: TeardownWorld,
    k: number,
    moment: Moment,
): { fetch: Fetch; dead: Promise<string> } {
    let requests = 0;
    let die: (how: string) => void = () => undefined;
    const dead = new Promise<string>((resolve) => (die = resolve));
    const never = new Promise<never>(() => undefined);
    const fetch: Fetch = async (url, init) => {
        requests += 1;
        if (requests < k) {
            return world.simulator.fetch(url, init);
        }
        if (requests === k && moment === "after it took effect") {
            await world.simulator.fetch(url, init);
        }
        die("dead");
        return never;
    };
    return { fetch, dead };
}

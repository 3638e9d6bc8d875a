import type { Fetch, FetchAnswer, FetchInit } from "../../provider/digitalocean/connection.js";
import { TeardownWorld, type Everything, type Stored, type WorldOptions } from "./teardown-world.js";

export interface Story {
    readonly world: TeardownWorld;
    readonly droplet: Everything;
    readonly stored: Stored;
}

/** A recorded teardown of a Droplet with one resource of each kind, whose policy takes everything. */
export async function begin(
    args: Readonly<Record<string, unknown>> = {},
    options: WorldOptions = {},
): Promise<Story> {
    const world = new TeardownWorld(options);
    const droplet = world.dropletWithEverything();
    const stored = await world.create({ dropletId: droplet.id, policy: "destroy", ...args });
    return { world, droplet, stored };
}

/** Does something right before the n-th request that a test matches. */
export function before(
    world: TeardownWorld,
    matches: (url: string, init: FetchInit) => boolean,
    act: () => unknown,
    n = 1,
): Fetch {
    let seen = 0;
    return async (url, init) => {
        if (matches(url, init) && (seen += 1) === n) {
            await act();
        }
        return world.simulator.fetch(url, init);
    };
}

export const isSubmit = (url: string, { method }: FetchInit): boolean =>
    method === "DELETE" && url.endsWith("/selective");

/** The text of an answer changed. */
export async function edited(answer: FetchAnswer, edit: (text: string) => string): Promise<FetchAnswer> {
    const chunks = [];
    for await (const chunk of answer.body ?? []) {
        chunks.push(Buffer.from(chunk));
    }
    const text = edit(Buffer.concat(chunks).toString());
    return {
        ...answer,
        body: (async function* () {
            yield await Promise.resolve(Buffer.from(text));
        })(),
    };
}

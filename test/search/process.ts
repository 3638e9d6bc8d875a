import type { Clock } from "../../provider/polling/clock.js";
import type { Fetch } from "../../provider/digitalocean/connection.js";
import type { Run } from "./world.js";
import type { Witness } from "./witness.js";

/** One process of ours: it may die, and then nothing of it goes on. */
export interface Mortal {
    readonly fetch: Fetch;
    readonly clock: Clock;
    readonly dead: Promise<"died">;
}

/** @param recorded what state tells it */
export function mortal(
    clock: Clock,
    witness: Witness,
    dies: Run["dies"],
    recorded: Iterable<string>,
): Mortal {
    let isDead = false;
    let die: (how: "died") => void = () => undefined;
    const dead = new Promise<"died">((resolve) => (die = resolve));
    const never = new Promise<never>(() => undefined);
    const fetch = witness.connect(dies, recorded, () => {
        isDead = true;
        die("died");
    });
    const sleep = async (ms: number, signal?: AbortSignal): Promise<void> => {
        await (isDead ? never : clock.sleep(ms, signal));
        return isDead ? never : undefined;
    };
    return {
        fetch,
        dead,
        clock: { now: () => clock.now(), monotonicMs: () => clock.monotonicMs(), sleep },
    };
}

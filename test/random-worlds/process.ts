import type { Clock } from "../../provider/polling/clock.js";
import type { Fetch } from "../../provider/digitalocean/connection.js";
import type { Advice } from "./oracle.js";
import type { Kind, Run } from "./world.js";
import type { Scene } from "./people.js";
import type { Recorded } from "./told.js";
import type { Witness } from "./witness.js";

/** One process of ours: it may die, and then nothing of it goes on. */
export interface Mortal {
    readonly fetch: Fetch;
    readonly clock: Clock;
    readonly dead: Promise<"died">;
}

/** Requests take turns: so long may one wait for the others. */
const TURN_MS = 2_000;

/** @param recorded what state tells it of each Droplet */
export function mortal(
    clock: Clock,
    witness: Witness,
    run: Run,
    recorded: ReadonlyMap<number, Recorded>,
): Mortal {
    let isDead = false;
    let die: (how: "died") => void = () => undefined;
    const dead = new Promise<"died">((resolve) => (die = resolve));
    const never = new Promise<never>(() => undefined);
    const fetch = witness.connect(run, recorded, () => {
        isDead = true;
        die("died");
    });
    const sleep = async (ms: number, signal?: AbortSignal): Promise<void> => {
        const beganAtMs = clock.monotonicMs();
        await (isDead ? never : clock.sleep(ms, signal));
        if (isDead) {
            return never;
        }
        if (clock.monotonicMs() - beganAtMs > TURN_MS) {
            witness.hasWaited();
        }
    };
    return {
        fetch,
        dead,
        clock: { now: () => clock.now(), monotonicMs: () => clock.monotonicMs(), sleep },
    };
}

/** One Droplet of a JSON report. */
export interface Reported {
    readonly id: number;
    readonly outcome: string;
    /** How many destroys of it this run has asked for. */
    readonly rounds: number;
    readonly error: string | null;
    readonly unread: readonly string[];
    readonly cost: { readonly destroyed: string; readonly remaining: string; readonly managed: string };
    readonly resources: readonly {
        readonly kind: Kind;
        readonly id: string;
        readonly name: string;
        readonly outcome: string;
        readonly reason: string | null;
        readonly monthlyCost: string | null;
    }[];
}

/** What one run came to. */
export interface Ran {
    readonly ended: "well" | "badly" | "died";
    /** What a person is left with: the error, or the lines that stay. */
    readonly text: string;
    /** Everything that was printed or written. */
    readonly output: string;
    readonly reports: readonly Reported[];
    /** What a command that changes nothing says of each Droplet. */
    readonly seen: readonly Reported[];
    /** What belongs to no Droplet any more; null: that was not asked for, or not found out. */
    readonly orphans: {
        readonly listed: readonly { readonly kind: string; readonly id: string }[];
        readonly unread: readonly string[];
    } | null;
    readonly markdown: string;
    /** How long each step with a deadline of its own took. */
    readonly tookMs: readonly number[];
}

/** Where a destroy is started from: its furnished world, and one run of it. */
export interface Surface {
    readonly scene: Scene;
    /** @param typed what an earlier one has printed; null: what the run does */
    readonly run: (run: Run, witness: Witness, typed: Advice | null) => Promise<Ran>;
    /** What a run has printed to go on with. */
    readonly advised: (ran: Ran) => readonly Advice[];
}

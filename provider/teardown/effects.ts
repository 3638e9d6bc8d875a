import type { Clock } from "../polling/clock.js";
import type { DropletApi } from "./ports.js";
import type { Droplet } from "./resource.js";

/** How every part of a teardown reaches the outside world. */
export interface Effects {
    readonly api: DropletApi;
    readonly clock: Clock;
    /** Rejects once nobody waits for this teardown; called before every step. */
    readonly ensureWanted: () => Promise<void>;
    readonly narrator: Narrator;
}

/** Reports progress to people. */
export interface Narrator {
    /** Permanent lines; resolves when they are written. `droplet` is about to be destroyed. */
    readonly announce: (text: string, droplet?: Droplet) => Promise<void>;
    /** A line that replaces the previous one. */
    readonly progress: (text: string) => void;
}

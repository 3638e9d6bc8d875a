import type { Clock } from "../polling/clock.js";
import type { DropletApi } from "./ports.js";
import type { Droplet } from "./resource.js";

/** By which every part of a teardown touches the world. */
export interface Effects {
    readonly api: DropletApi;
    readonly clock: Clock;
    /** Rejects when nobody waits for this teardown any more; asked before every step. */
    readonly ensureWanted: () => Promise<void>;
    readonly narrator: Narrator;
}

/** Tells people what happens. */
export interface Narrator {
    /** Lines that stay. Resolved when they are told. `droplet` is about to be destroyed. */
    readonly announce: (text: string, droplet?: Droplet) => Promise<void>;
    /** One line that replaces the one before. */
    readonly progress: (text: string) => void;
}

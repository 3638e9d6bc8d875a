import type { Left, Looks } from "./interval.js";

/** Polling of one teardown, as its operation sees it. */
export interface Watch {
    /** Resolves when a poll of the status is due; rejects with the signal's reason as soon as it aborts. */
    readonly due: (looks: Looks, left: Left, signal: AbortSignal) => Promise<void>;
    /** A poll has shown the end of a destroy that was accepted at the time in `looks`. */
    readonly ended: (looks: Looks) => void;
}

/** A watch as its owner sees it. */
export interface OpenWatch extends Watch {
    /** Whether watching has started; from then on, reads yield to destroys. */
    readonly begun: boolean;
    /** Sets the list that may show the Droplet; `seen`: it already did. */
    readonly listedIn: (listing: string | null, seen: boolean) => void;
    /**
     * Whether the Droplet is absent from a complete list that started after this call. Null: no list can tell;
     * read the Droplet itself.
     */
    readonly absent: (signal: AbortSignal) => Promise<boolean | null>;
    /** Must be called when done. */
    readonly close: () => void;
}

/** Result of one read of a list. */
export interface Sweep {
    readonly present: ReadonlySet<number>;
    /** False: the list changed while its pages were read, so some Droplets may be missing. */
    readonly complete: boolean;
    readonly pages: number;
}

/** Reads all pages of a list of Droplets. */
export type ReadList = (listing: string, signal: AbortSignal) => Promise<Sweep>;

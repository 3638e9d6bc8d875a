import type { Left, Looks } from "./interval.js";

/** The waiting of one teardown, as its operation sees it. */
export interface Watch {
    /** Resolves when the status is to be looked at; rejects with the signal's reason as soon as it aborts. */
    readonly due: (looks: Looks, left: Left, signal: AbortSignal) => Promise<void>;
    /** A look has shown the end of a destroy that was accepted when `looks` says. */
    readonly ended: (looks: Looks) => void;
}

/** A watch as its owner sees it. */
export interface OpenWatch extends Watch {
    /** Whether the watching has begun: what is read from then on gives way to what destroys. */
    readonly begun: boolean;
    /** Names the list that may show the Droplet; `seen`: it did already. */
    readonly listedIn: (listing: string | null, seen: boolean) => void;
    /**
     * Whether the Droplet is absent from a complete list that was begun after this call. Null: no list tells,
     * look at the Droplet itself.
     */
    readonly absent: (signal: AbortSignal) => Promise<boolean | null>;
    /** Must be called at the end. */
    readonly close: () => void;
}

/** What one reading of a list shows. */
export interface Sweep {
    readonly present: ReadonlySet<number>;
    /** False: the list changed while its pages were read, so that some Droplets may have been missed. */
    readonly complete: boolean;
    readonly pages: number;
}

/** Reads a list of Droplets to its end. */
export type ReadList = (listing: string, signal: AbortSignal) => Promise<Sweep>;

import type { ResolvedPolicy } from "./teardown/policy.js";

/** The properties by which the engine knows a teardown: what `check` returns and what state holds. */
export const INPUT_PROPERTIES = [
    "dropletId",
    "policy",
    "keep",
    "managed",
    "requireTag",
    "enabled",
    "gracefulShutdown",
    "mustExist",
    "timeout",
    "retries",
    "token",
    "apiEndpoint",
    "resourceUrn",
] as const;

export type InputProperty = (typeof INPUT_PROPERTIES)[number];

/** Checked inputs of one teardown, every value known. */
export interface TeardownInputs {
    readonly dropletId: number;
    readonly policy: ResolvedPolicy;
    readonly keep: readonly string[];
    /** Ids of resources that the same stack manages by themselves. */
    readonly managed: readonly string[];
    /** A tag without which the Droplet is not destroyed. */
    readonly requireTag?: string;
    /** False: a delete does nothing to the Droplet. */
    readonly enabled: boolean;
    /** Shut the Droplet down before it is destroyed. */
    readonly gracefulShutdown: boolean;
    /**
     * False: the same program creates the Droplet, so the teardown has to come into being whatever the API
     * says. Without it, the engine would skip the Droplet's delete and forget it.
     */
    readonly mustExist: boolean;
    /** A duration such as "15m". */
    readonly timeout: string;
    readonly retries: number;
    readonly token?: string;
    /** Where the API is, for a Droplet under an explicit provider. */
    readonly apiEndpoint?: string;
    /** The resource's own URN, for progress on its row; absent where it could not be made. */
    readonly resourceUrn?: string;
}

export const DEFAULT_TIMEOUT = "15m";
export const DEFAULT_RETRIES = 3;

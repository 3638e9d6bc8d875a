import type { ResolvedPolicy } from "../teardown/policy.js";

export type FinalSnapshotArgument = true | string;

/** Inputs that all kinds of resource share. */
export interface CommonInputs {
    readonly policy: ResolvedPolicy;
    readonly keep: readonly string[];
    /** Ids and addresses of resources that the same stack manages itself. */
    readonly managed: readonly string[];
    /** Volumes of the Droplet's `volumeIds` that the stack does not manage. */
    readonly volumeIds: readonly string[];
    /** A duration such as "15m". */
    readonly timeout: string;
    readonly token?: string;
    /** The API endpoint, for a Droplet with an explicit provider. */
    readonly apiEndpoint?: string;
    /** The resource's own URN, for progress on its row; absent if it could not be determined. */
    readonly resourceUrn?: string;
}

interface DestroyingInputs extends CommonInputs {
    /** Shut the Droplet down before it is destroyed. */
    readonly gracefulShutdown: boolean;
    /** Take a snapshot before the Droplet is destroyed: `true`, or the prefix of its name. */
    readonly finalSnapshot?: FinalSnapshotArgument;
    readonly retries: number;
}

/** A teardown that a program declares for a Droplet from elsewhere. */
export interface TeardownById extends DestroyingInputs {
    readonly by: "id";
    readonly dropletId: number;
    /** A tag without which the Droplet is not destroyed. */
    readonly requireTag?: string;
}

/** The teardown that a `Droplet` creates: it destroys what carries its tag. */
export interface TeardownByTag extends DestroyingInputs {
    readonly by: "tag";
    /** False: the official provider deletes the Droplet. */
    readonly enabled: boolean;
    readonly tag: string;
    /** Name of the Droplet's resource; the prefix of an autonamed Droplet. */
    readonly resourceName: string;
    /** The Droplet's explicit name, if any. */
    readonly dropletName?: string;
    /** The tag by which people find the stack's Droplets. */
    readonly stackTag: string;
}

export type TeardownInputs = TeardownById | TeardownByTag;

/** The record of a `Droplet`. */
export interface RecordInputs extends CommonInputs {
    readonly dropletId: number;
    /** False: the official provider deletes the Droplet. */
    readonly enabled: boolean;
    /** The tag of its executor. */
    readonly tag: string;
    /** It gets its tags with the next update. */
    readonly imported: boolean;
    /** A replaced Droplet is retained. */
    readonly retained: boolean;
    /** Ids and addresses of what the stack manages, attaches by resources of their own and detaches first. */
    readonly attached: readonly string[];
}

const COMMON = [
    "policy",
    "keep",
    "managed",
    "volumeIds",
    "timeout",
    "token",
    "apiEndpoint",
    "resourceUrn",
] as const;
const DESTROYING = [...COMMON, "gracefulShutdown", "finalSnapshot", "retries"] as const;

/** The properties of each kind: what `check` returns and state holds. */
export const INPUT_PROPERTIES = {
    byId: ["dropletId", ...DESTROYING, "requireTag"],
    byTag: ["tag", ...DESTROYING, "enabled", "resourceName", "dropletName", "stackTag"],
    record: ["dropletId", "tag", ...COMMON, "enabled", "imported", "retained", "attached"],
} as const;

/** What the engine passes for one resource: properties by their names, as they came. */
export type Props = Readonly<Record<string, unknown>>;

/** A teardown by the Droplet's id, a teardown by its own tag, or the record of a `Droplet`. */
export type InputsKind = keyof typeof INPUT_PROPERTIES;
export type InputProperty = (typeof INPUT_PROPERTIES)[InputsKind][number];

/** Only a `Droplet` gives its resource's name. */
export function kindOf(role: "teardown" | "record", props: Props): InputsKind {
    if (role === "record") {
        return "record";
    }
    return typeof props.resourceName === "string" ? "byTag" : "byId";
}

/**
 * The placeholder for a value that a preview does not know. The same text as `pulumi.runtime.unknownValue`, as a
 * literal, so that nothing here loads the Pulumi SDK.
 */
export const UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

/** Whether a value, or anything inside it, is unknown. */
export function isUnknown(value: unknown): boolean {
    if (value === UNKNOWN) {
        return true;
    }
    return typeof value === "object" && value !== null && Object.values(value).some(isUnknown);
}

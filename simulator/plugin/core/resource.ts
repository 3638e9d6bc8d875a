import type { Api } from "../api/api.js";
import type { Props } from "./props.js";

/** One input of a resource, and what a change of it means. */
export interface Input {
    /** The official provider's type: sets have no order, and programs may give numbers as strings. */
    readonly type: "string" | "integer" | "boolean" | "set" | "integers" | "tags" | "value";
    readonly required?: boolean;
    /** A change needs a new resource. */
    readonly replaces?: boolean;
    /** Where the program does not set it, the API does, so that its absence is no change. */
    readonly computed?: boolean;
    readonly default?: boolean;
}

export interface Created {
    readonly id: string;
    readonly state: Props;
}

/** One resource type: its properties, and what its life is in API calls. */
export interface ResourceType {
    /** Type token of the SDK, such as "digitalocean:index/droplet:Droplet". */
    readonly token: string;
    readonly inputs: Readonly<Record<string, Input>>;
    /** What only the API knows: unknown in a preview of the create. */
    readonly outputs: readonly string[];
    create(api: Api, inputs: Props): Promise<Created>;
    /** The state as it is now; null when there is no such resource any more. */
    read(api: Api, id: string, state: Props): Promise<Props | null>;
    /**
     * Brings the resource from `olds` to `news`. Absent where every change needs a new resource.
     */
    update?(api: Api, id: string, olds: Props, news: Props): Promise<void>;
    /** As strict as the official provider: what is gone already is an error where it is one there. */
    delete(api: Api, id: string, state: Props): Promise<void>;
}

/**
 * A create or an update that failed after the resource had come into being or might have changed. The engine
 * keeps the resource with what is known of it, and shows the message.
 */
export class PartialFailure extends Error {
    override readonly name = "PartialFailure";

    constructor(
        readonly id: string,
        readonly state: Props,
        message: string,
    ) {
        super(message);
    }
}

/** The official provider dies of this (a nil pointer), and takes everything that was under way with it. */
export class ProviderPanic extends Error {
    override readonly name = "ProviderPanic";
}

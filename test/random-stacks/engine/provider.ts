import type { Props } from "../../../simulator/plugin/core/props.js";

export interface Checked {
    readonly inputs: Props;
    readonly failures: readonly { readonly property: string; readonly reason: string }[];
}

export interface Difference {
    readonly changes: boolean;
    /** What has changed, as far as the provider says. */
    readonly changed: readonly string[];
    /** What cannot change without a replacement. */
    readonly replaces: readonly string[];
    readonly deleteBeforeReplace: boolean;
}

/** What is there after a create or an update; `problem`: it is not complete. */
export interface Made {
    readonly id: string;
    readonly outputs: Props;
    readonly problem: string | null;
}

/** A read resource; null: it is gone. `inputs` null: as they were. */
export type Read = { readonly outputs: Props; readonly inputs: Props | null } | null;

/** A resource plugin, as the engine calls it. */
export interface Provider {
    check(urn: string, olds: Props, news: Props): Promise<Checked>;
    /** @param state the outputs as they are stored */
    diff(urn: string, id: string, state: Props, news: Props, ignored: readonly string[]): Promise<Difference>;
    /** What a preview shows of a resource that does not exist yet. */
    previewCreate(urn: string, inputs: Props): Props;
    create(urn: string, inputs: Props): Promise<Made>;
    /** @param inputs null: of an import, which knows none */
    read(urn: string, id: string, state: Props, inputs: Props | null): Promise<Read>;
    previewUpdate(state: Props, news: Props): Props;
    update(urn: string, id: string, state: Props, news: Props): Promise<Made>;
    delete(urn: string, id: string, state: Props): Promise<void>;
}

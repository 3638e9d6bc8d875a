import type { Provider } from "./provider.js";
import type { Resource } from "./resource.js";
import type { Snapshot } from "./snapshot.js";

/** One thing that the engine does about one resource. */
export interface Step {
    /** What it is about: the new one, or where there is none, the old one. */
    readonly resource: Resource;
    readonly old: Resource | null;
    /** Rejects where it fails; the snapshot is right in any case. */
    readonly run: () => Promise<void>;
}

/** What steps work on. */
export interface Workplace {
    readonly isPreview: boolean;
    /** See `EngineVersion`. */
    readonly isToday: boolean;
    readonly snapshot: Snapshot;
    /** URNs that are deleted by this operation, as far as is decided. */
    readonly deletes: ReadonlySet<string>;
    readonly providerFor: (type: string) => Provider;
}

/** A resource that its own `protect` saves; other deletes go on. */
export class ProtectedError extends Error {}

/** A create or an update after which the resource is there, but not complete. */
export class IncompleteError extends Error {}

export function same({ snapshot }: Workplace, old: Resource, fresh: Resource): Step {
    return step(fresh, old, async () => {
        fresh.id = old.id;
        fresh.outputs = old.outputs;
        snapshot.done(old);
        snapshot.add(fresh);
    });
}

/** It is registered and not created, because it is no target: nothing of it comes into the state. */
export function skip(fresh: Resource): Step {
    return step(fresh, null, async () => undefined);
}

/**
 * @param replaced what it replaces, if anything
 * @param isPending the replaced one is deleted later
 */
export function create(
    { isPreview, snapshot, providerFor }: Workplace,
    fresh: Resource,
    replaced: Resource | null = null,
    isPending = false,
): Step {
    return step(fresh, replaced, async () => {
        let problem: string | null = null;
        if (fresh.custom && isPreview) {
            fresh.outputs = providerFor(fresh.type).previewCreate(fresh.urn, fresh.inputs);
        } else if (fresh.custom) {
            const made = await providerFor(fresh.type).create(fresh.urn, fresh.inputs);
            ({ id: fresh.id, outputs: fresh.outputs, problem } = made);
        }
        if (replaced !== null && isPending) {
            replaced.delete = true;
        }
        snapshot.add(fresh);
        if (replaced?.pendingReplacement === true) {
            snapshot.done(replaced);
        }
        fail(problem, fresh);
    });
}

export function update(
    { isPreview, snapshot, providerFor }: Workplace,
    old: Resource,
    fresh: Resource,
): Step {
    return step(fresh, old, async () => {
        fresh.id = old.id;
        let problem: string | null = null;
        if (fresh.custom && isPreview) {
            fresh.outputs = providerFor(fresh.type).previewUpdate(old.outputs, fresh.inputs);
        } else if (fresh.custom) {
            const made = await providerFor(fresh.type).update(fresh.urn, old.id, old.outputs, fresh.inputs);
            ({ outputs: fresh.outputs, problem } = made);
        }
        if (problem !== null) {
            fresh.inputs = old.inputs;
        }
        snapshot.done(old);
        snapshot.add(fresh);
        fail(problem, fresh);
    });
}

/**
 * @param how "leaves": it is not wanted any more; "was replaced": another one has taken its place; "is replaced":
 * another one takes its place afterwards, and until then the state keeps it
 */
export function remove(
    { isPreview, snapshot, deletes, providerFor }: Workplace,
    old: Resource,
    how: "leaves" | "was replaced" | "is replaced",
): Step {
    return step(old, old, async () => {
        if (how === "leaves" && old.protect) {
            throw new ProtectedError(`${old.urn} is protected`);
        }
        const isSkipped = old.retainOnDelete || (old.deletedWith !== "" && deletes.has(old.deletedWith));
        if (!isPreview && !isSkipped && old.custom) {
            await providerFor(old.type).delete(old.urn, old.id, old.outputs);
        }
        if (how === "is replaced") {
            old.pendingReplacement = true;
        } else {
            snapshot.done(old);
        }
    });
}

/** What was deleted to be created again leaves the program before it was. */
export function forget({ snapshot }: Workplace, old: Resource): Step {
    return step(old, old, async () => snapshot.done(old));
}

/** Imports what exists: what is read becomes the state, as if it had been made with the inputs that it has. */
export function importExisting({ snapshot, providerFor }: Workplace, fresh: Resource): Step {
    return step(fresh, null, async () => {
        const provider = providerFor(fresh.type);
        const found = await provider.read(fresh.urn, fresh.importId, {}, null);
        if (found === null) {
            throw new Error(`resource '${fresh.importId}' does not exist`);
        }
        fresh.id = fresh.importId;
        fresh.outputs = found.outputs;
        fresh.inputs = found.inputs ?? {};
        snapshot.add(fresh);
    });
}

function step(resource: Resource, old: Resource | null, run: Step["run"]): Step {
    return { resource, old, run };
}

function fail(problem: string | null, fresh: Resource): void {
    if (problem !== null) {
        fresh.initErrors = [problem];
        throw new IncompleteError(problem);
    }
}

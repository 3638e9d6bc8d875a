import type { Checked, CheckFailure } from "../stored/check.js";
import { type Handlers, ResourceHandlers, type Result } from "./handlers.js";
import { kindOf, type Props, type TeardownInputs } from "../stored/inputs.js";
import { newExecutorTag } from "../ownership/tag-names.js";
import { announceChange, refresh } from "../lifecycle/refresh.js";
import { observe, observeExisting } from "../lifecycle/sighting.js";
import { NOTHING_SEEN, readTeardown, type Sighting, type TeardownState, toOutputs } from "../stored/state.js";
import { type Limits, perform, type Task } from "../access/task.js";
import { deleteTeardown } from "../lifecycle/teardown-delete.js";

/** The handlers of `DropletTeardown`: by id, or the executor that a `Droplet` creates. */
export class TeardownHandlers extends ResourceHandlers implements Handlers {
    async check(olds: Props, news: Props): Promise<Checked> {
        const kind = kindOf("teardown", news);
        const given = kind === "byTag" ? { ...news, tag: olds.tag ?? this.#newTag() } : news;
        const { inputs, failures } = this.checkArguments(kind, olds, given);
        const others = kind === "byTag" ? changeOfKind(olds.dropletId) : changeOfKind(olds.tag);
        const conflicts = kind === "byId" ? this.#conflicts(inputs) : [];
        return { inputs, failures: [...failures, ...others, ...conflicts] };
    }

    async create(props: Props, limits?: Limits): Result<"create"> {
        const { inputs } = readTeardown(props);
        const seen = await this.#begin(inputs, NOTHING_SEEN, limits);
        return { id: this.plugin.runtime.newId(), outs: toOutputs({ inputs, seen }) };
    }

    /** An executor has nothing to read; its record does. */
    async read(id: string, props: Props, limits?: Limits): Result<"read"> {
        const { inputs, seen } = readTeardown(props);
        if (inputs.by === "id") {
            return refresh(id, { inputs, seen }, this.plugin, limits);
        }
        await perform({ inputs, seen }, this.plugin, () => Promise.resolve(), limits);
        return { id, props: toOutputs({ inputs, seen }) };
    }

    async update(_id: string, olds: Props, news: Props, limits?: Limits): Result<"update"> {
        const before = readTeardown(olds);
        const { inputs } = readTeardown(news);
        const old = before.inputs;
        if (inputs.by !== "id" || old.by !== "id") {
            const seen = await this.#begin(inputs, before.seen, limits);
            return { outs: toOutputs({ inputs, seen }) };
        }
        if (inputs.dropletId === old.dropletId) {
            const look = async (task: Task<TeardownState>): Promise<Sighting> => {
                const now = await seeDroplet(inputs.dropletId, task);
                await announceChange({ inputs: old, seen: before.seen }, { inputs, seen: now }, task);
                return now;
            };
            const seen = await perform({ inputs, seen: before.seen }, this.plugin, look, limits);
            return { outs: toOutputs({ inputs, seen }) };
        }
        const unseen = { ...NOTHING_SEEN, accountId: before.seen.accountId };
        const seen = await this.#begin(inputs, unseen, limits);
        await this.plugin
            .narrate(inputs)
            .announce(
                `droplet ${old.dropletId} is released with all it has: this teardown is for droplet ${inputs.dropletId} now`,
            );
        return { outs: toOutputs({ inputs, seen }) };
    }

    async delete(_id: string, props: Props, limits?: Limits): Promise<void> {
        return deleteTeardown(readTeardown(props), this.plugin, limits);
    }

    #newTag(): string {
        return newExecutorTag(this.plugin.runtime.randomHex(8));
    }

    /** A Droplet that the program creates has its own teardown. */
    #conflicts(inputs: Props): CheckFailure[] {
        const record = this.plugin.declarations.declareAlone(inputs, "teardown");
        const reason = `Droplet ${String(inputs.dropletId)} is made by this program, and ${record} tears it down already`;
        return record === undefined ? [] : [{ property: "dropletId", reason }];
    }

    /** Finds the Droplet, or creates the tag by which Droplets will be found; records the team. */
    #begin(inputs: TeardownInputs, before: Sighting, limits?: Limits): Promise<Sighting> {
        const work = (task: Task<TeardownState>): Promise<Sighting> =>
            inputs.by === "id" ? seeDroplet(inputs.dropletId, task) : createTag(task);
        return perform({ inputs, seen: before }, this.plugin, work, limits);
    }
}

/** What the other kind of teardown has in state, under the same name. */
function changeOfKind(othersProperty: unknown): CheckFailure[] {
    const reason =
        "a Droplet and a DropletTeardown cannot reuse the resource name of the other: give the new one another name";
    return othersProperty === undefined ? [] : [{ property: "name", reason }];
}

/**
 * A Droplet that was never seen must exist; of one that is gone, what was seen before stays.
 * @throws RefusedError if the Droplet may merely be invisible to the token
 */
async function seeDroplet(dropletId: number, task: Task<TeardownState>): Promise<Sighting> {
    const { state, plugin, client, signal } = task;
    const { clock } = plugin.runtime;
    const subject = { dropletId, before: state.seen };
    if (state.seen.recordedAt === "") {
        return observeExisting(subject, client.api, clock, signal);
    }
    const present = await observe(subject, client.api, clock, signal);
    if (present === null) {
        await task.confirmTeam();
    }
    return present?.sighting ?? state.seen;
}

async function createTag({ state, client, signal }: Task<TeardownState>): Promise<Sighting> {
    const { inputs, seen } = state;
    const account = await client.api.account(signal);
    if (inputs.by === "tag" && inputs.enabled) {
        await client.ownership.createTag(inputs.tag, signal);
    }
    return { ...NOTHING_SEEN, accountId: account?.id ?? seen.accountId };
}

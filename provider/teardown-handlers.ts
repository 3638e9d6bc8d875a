import type { Checked, CheckFailure } from "./check.js";
import { type Handlers, ResourceHandlers, type Result } from "./handlers.js";
import { kindOf, type Props, type TeardownInputs } from "./inputs.js";
import { newExecutorTag } from "./ownership/tag-names.js";
import { refresh } from "./refresh.js";
import { observe, observeExisting } from "./sighting.js";
import { NOTHING_SEEN, readTeardown, type Sighting, type TeardownState, toOutputs } from "./state.js";
import { perform, type Task } from "./task.js";
import { deleteTeardown } from "./teardown-delete.js";

/** The handlers of `DropletTeardown`: by id, or the executor that a `Droplet` creates. */
export class TeardownHandlers extends ResourceHandlers implements Handlers {
    async check(olds: Props, news: Props): Promise<Checked> {
        const kind = kindOf("teardown", news);
        const given = kind === "byTag" ? { ...news, tag: olds.tag ?? this.#newTag() } : news;
        const { inputs, failures } = this.checkArguments(kind, olds, given);
        const others = kind === "byTag" ? changeOfKind(olds.dropletId) : changeOfKind(olds.tag);
        const conflicts = kind === "byId" ? this.#declare(inputs) : [];
        return { inputs, failures: [...failures, ...others, ...conflicts] };
    }

    async create(props: Props): Result<"create"> {
        const { inputs } = readTeardown(props);
        const sighting = await this.#firstSighting(inputs, null);
        this.plugin.declarations.created(inputs.resourceUrn);
        return { id: this.plugin.runtime.newId(), outs: toOutputs({ inputs, ...sighting }) };
    }

    /** An executor has nothing to read; its record does. */
    async read(id: string, props: Props): Result<"read"> {
        const state = readTeardown(props);
        const { inputs } = state;
        return inputs.by === "tag"
            ? { id, props: toOutputs(state) }
            : refresh(id, { ...state, inputs }, this.plugin);
    }

    async update(_id: string, olds: Props, news: Props): Result<"update"> {
        const before = readTeardown(olds);
        const { inputs } = readTeardown(news);
        const old = before.inputs;
        const moves = inputs.by === "id" && old.by === "id" && inputs.dropletId !== old.dropletId;
        if (moves) {
            const text = `droplet ${old.dropletId} is released with all it has: this teardown is for droplet ${inputs.dropletId} now`;
            await this.plugin.narrate(inputs).announce(text);
        }
        return { outs: toOutputs({ inputs, ...(await this.#firstSighting(inputs, moves ? null : before)) }) };
    }

    async delete(_id: string, props: Props, signal?: AbortSignal): Promise<void> {
        return deleteTeardown(readTeardown(props), this.plugin, signal);
    }

    #newTag(): string {
        return newExecutorTag(this.plugin.runtime.randomHex(8));
    }

    /** A Droplet that the program creates has its own teardown. */
    #declare(inputs: Props): CheckFailure[] {
        const record = this.plugin.declarations.declareAlone(inputs, "teardown");
        const reason = `Droplet ${String(inputs.dropletId)} is made by this program, and ${record} tears it down already`;
        return record === undefined ? [] : [{ property: "dropletId", reason }];
    }

    /** Finds the Droplet, or creates the tag by which Droplets will be found; records the team. */
    #firstSighting(inputs: TeardownInputs, before: Sighting | null): Promise<Sighting> {
        const state = { ...(before ?? NOTHING_SEEN), inputs };
        return perform(state, this.plugin, (task) =>
            inputs.by === "id" ? seeDroplet(inputs.dropletId, before, task) : createTag(task),
        );
    }
}

/** What the other kind of teardown has in state, under the same name. */
function changeOfKind(othersProperty: unknown): CheckFailure[] {
    const reason =
        "a Droplet and a DropletTeardown must not take each other's name: give the new one another name";
    return othersProperty === undefined ? [] : [{ property: "name", reason }];
}

async function seeDroplet(
    dropletId: number,
    before: Sighting | null,
    { plugin, client: { api }, signal }: Task<TeardownState>,
): Promise<Sighting> {
    const { clock } = plugin.runtime;
    const subject = { dropletId, predecessors: [], before };
    return before === null
        ? observeExisting(subject, api, clock, signal)
        : ((await observe(subject, api, clock, signal))?.sighting ?? before);
}

/** @throws RefusedError if a token of another team would take over the executor */
async function createTag(task: Task<TeardownState>): Promise<Sighting> {
    const { state, client, signal } = task;
    const { inputs, accountId } = state;
    const account = await client.api.account(signal);
    if (account !== null && accountId !== null) {
        await task.confirmTeam();
    }
    if (inputs.by === "tag" && inputs.enabled) {
        await client.ownership.createTag(inputs.tag, signal);
    }
    return { ...NOTHING_SEEN, accountId: account?.id ?? accountId };
}

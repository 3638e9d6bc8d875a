import { mark } from "./ownership/registry.js";
import { carriesAnother } from "./ownership/verdict.js";
import { requestOfRecord } from "./requests.js";
import { surviving } from "./sighting.js";
import type { RecordState } from "./state.js";
import type { Task } from "./task.js";
import { hasTag, refuseWithoutTag } from "./teardown/guards.js";
import { type Droplet, isWithin, sameResource } from "./teardown/model.js";
import { preflight } from "./teardown/round.js";

/** Lets a recorded Droplet go: its executor, deleted after the record, may then destroy it. */
export class LetGo {
    /** As read by `send`; null: it was not, or it is gone. */
    droplet: Droplet | null = null;
    readonly #task: Task<RecordState>;

    constructor(task: Task<RecordState>) {
        this.#task = task;
    }

    /**
     * Marks the Droplet and hands its inventory to the executor.
     * @throws RefusedError for whatever the executor would refuse
     */
    async send(): Promise<void> {
        this.droplet = await this.#find();
        await (this.droplet === null ? this.#handOffGone() : this.#handOff(this.droplet));
        await this.#handOffPredecessors();
    }

    /** A single 404 is not believed: without a mark, a Droplet that does exist could only be refused later. */
    async #find(): Promise<Droplet | null> {
        const { state, client, signal } = this.#task;
        const { dropletId } = state.inputs;
        return (await client.api.droplet(dropletId, signal)) ?? client.api.droplet(dropletId, signal);
    }

    /** It may have been somebody else's at its end, so it is not marked: its leftovers are only reported. */
    async #handOffGone(): Promise<void> {
        const { state, plugin } = this.#task;
        await this.#task.confirmTeam();
        const { tag, dropletId } = state.inputs;
        plugin.handoff.asked(tag, dropletId, { marked: false, recorded: state.inventory });
    }

    async #handOff(droplet: Droplet): Promise<void> {
        const { state, plugin } = this.#task;
        const { dropletId, tag, enabled } = state.inputs;
        if (hasTag(droplet, tag)) {
            await this.#markOwn(droplet);
        } else if (carriesAnother(droplet, tag)) {
            // It is another executor's: only what it leaves, should it be gone by then, is reported.
            plugin.handoff.asked(tag, dropletId, { marked: false, recorded: state.inventory });
        } else if (enabled) {
            refuseWithoutTag(droplet, tag);
        }
    }

    async #markOwn(droplet: Droplet): Promise<void> {
        const { state, plugin, client, signal } = this.#task;
        const { inputs, inventory } = state;
        const { dropletId, tag } = inputs;
        const request = requestOfRecord(state, plugin.runtime.env);
        const { destroy, keep } = await preflight(droplet, request, client.api, signal);
        const more = [...destroy, ...keep].filter((one) => !isWithin([one], inventory));
        await mark(tag, dropletId, client.ownership, signal);
        plugin.handoff.asked(tag, dropletId, { marked: true, recorded: [...inventory, ...more] });
    }

    /** Leftovers of predecessors are accounted for once, with the predecessors. */
    async #handOffPredecessors(): Promise<void> {
        const { state, plugin, client, signal } = this.#task;
        const { inputs, predecessors } = state;
        const { tag, dropletId } = inputs;
        const { handoff } = plugin;
        const { snapshots } = await surviving(predecessors, client.api, signal);
        const own = handoff.of(tag)?.droplets.get(dropletId);
        if (own !== undefined) {
            const recorded = own.recorded.filter(
                (known) => !snapshots.some((one) => sameResource(one, known)),
            );
            handoff.asked(tag, dropletId, { ...own, recorded });
        }
        for (const predecessor of predecessors) {
            handoff.asked(tag, predecessor, { marked: true, recorded: [] });
        }
    }
}

import type { Checked, CheckFailure } from "./check.js";
import { type Handlers, ResourceHandlers, type Result } from "./handlers.js";
import type { Props } from "./inputs.js";
import { deleteRecord } from "./record-delete.js";
import { recordDroplet } from "./record.js";
import { refresh } from "./refresh.js";
import { announceStaying, succeedTo } from "./replacement.js";
import { NOTHING_SEEN, readRecord, toOutputs } from "./state.js";
import { perform } from "./task.js";

/** The handlers of `DropletRecord`. */
export class RecordHandlers extends ResourceHandlers implements Handlers {
    async check(olds: Props, news: Props): Promise<Checked> {
        const { inputs, failures } = this.checkArguments("record", olds, news);
        return { inputs, failures: [...failures, ...this.#declare(inputs)] };
    }

    async create(props: Props): Result<"create"> {
        const state = { inputs: readRecord(props).inputs, ...NOTHING_SEEN };
        const sighting = await perform(state, this.plugin, (task) => recordDroplet(NOTHING_SEEN, task));
        this.plugin.declarations.created(state.inputs.resourceUrn);
        return { id: this.plugin.runtime.newId(), outs: toOutputs({ ...state, ...sighting }) };
    }

    async read(id: string, props: Props): Result<"read"> {
        return refresh(id, readRecord(props), this.plugin);
    }

    async update(_id: string, olds: Props, news: Props): Result<"update"> {
        const before = readRecord(olds);
        const { inputs } = readRecord(news);
        const sighting = await perform({ ...before, inputs }, this.plugin, async (task) => {
            const recorded = await recordDroplet(await succeedTo(before, task), task);
            await announceStaying(before, recorded, task);
            return recorded;
        });
        return { outs: toOutputs({ inputs, ...sighting }) };
    }

    async delete(_id: string, props: Props, signal?: AbortSignal): Promise<void> {
        return deleteRecord(readRecord(props), this.plugin, signal);
    }

    /** A Droplet that the program creates needs no teardown by id. */
    #declare(inputs: Props): CheckFailure[] {
        const teardown = this.plugin.declarations.declareAlone(inputs, "record");
        const reason = `Droplet ${String(inputs.dropletId)} is torn down by this program's Droplet; take ${teardown} out of the program`;
        return teardown === undefined ? [] : [{ property: "dropletId", reason }];
    }
}

import type { Checked, CheckFailure } from "../stored/check.js";
import { type Handlers, ResourceHandlers, type Result } from "./handlers.js";
import type { Props } from "../stored/inputs.js";
import { deleteRecord } from "../lifecycle/record-delete.js";
import { createRecord } from "../lifecycle/record.js";
import { announceChange, refresh } from "../lifecycle/refresh.js";
import { updateRecord } from "../lifecycle/replacement.js";
import { NOTHING_SEEN, readRecord, type RecordState, type Sighting, toOutputs } from "../stored/state.js";
import { type Limits, perform, type Task } from "../access/task.js";
import { OtherTeamError } from "../teardown/errors.js";

/** The handlers of `DropletRecord`. */
export class RecordHandlers extends ResourceHandlers implements Handlers {
    async check(olds: Props, news: Props): Promise<Checked> {
        const { inputs, failures } = this.checkArguments("record", olds, news);
        return { inputs, failures: [...failures, ...this.#conflicts(inputs)] };
    }

    async create(props: Props, limits?: Limits): Result<"create"> {
        const { inputs } = readRecord(props);
        const seen = await perform({ inputs, seen: NOTHING_SEEN }, this.plugin, createRecord, limits);
        return { id: this.plugin.runtime.newId(), outs: toOutputs({ inputs, seen }) };
    }

    async read(id: string, props: Props, limits?: Limits): Result<"read"> {
        return refresh(id, readRecord(props), this.plugin, limits);
    }

    async update(_id: string, olds: Props, news: Props, limits?: Limits): Result<"update"> {
        const before = readRecord(olds);
        const { inputs } = readRecord(news);
        const work = async (task: Task<RecordState>): Promise<Sighting> => {
            const now = await updateRecord(before, task);
            await announceChange(before, { inputs, seen: now }, task);
            return now;
        };
        const seen = await perform({ inputs, seen: before.seen }, this.plugin, work, limits).catch(
            (error: unknown) => {
                throw inputs.dropletId === before.inputs.dropletId
                    ? error
                    : madeElsewhere(inputs.dropletId, error);
            },
        );
        return { outs: toOutputs({ inputs, seen }) };
    }

    async delete(_id: string, props: Props, limits?: Limits): Promise<void> {
        return deleteRecord(readRecord(props), this.plugin, limits);
    }

    /** A Droplet that the program creates needs no teardown by id. */
    #conflicts(inputs: Props): CheckFailure[] {
        const teardown = this.plugin.declarations.declareAlone(inputs, "record");
        const reason = `Droplet ${String(inputs.dropletId)} is torn down by this program's Droplet; take ${teardown} out of the program`;
        return teardown === undefined ? [] : [{ property: "dropletId", reason }];
    }
}

/** The official provider may have made a Droplet with another team's token, where no destroy of the stack sees it. */
function madeElsewhere(dropletId: number, error: unknown): unknown {
    return error instanceof OtherTeamError
        ? new OtherTeamError(
              `droplet ${dropletId} is not recorded: ${error.message}. If this run made it with this token, delete it ` +
                  "with the same token: no destroy of this stack finds it. Then run `pulumi refresh` and `pulumi up` " +
                  "with a token of the recorded team",
              { cause: error },
          )
        : error;
}

import { type Checked, type CheckFailure, checkInputs } from "./check.js";
import { diff, type Handlers, type Props, settingFailures, stillManaged } from "./handlers.js";
import type { ConfigureRequest, Plugin } from "./plugin.js";
import { deleteRecord } from "./record-delete.js";
import { recordDroplet, succeedTo } from "./record.js";
import { refresh } from "./refresh.js";
import { NOTHING_SEEN, readRecord, toOutputs } from "./state.js";
import { perform } from "./task.js";

type Result<Name extends keyof Handlers> = ReturnType<Handlers[Name]>;

/** The handlers of `DropletRecord`. */
export class RecordHandlers implements Handlers {
    readonly diff = diff;
    readonly #plugin: Plugin;

    constructor(plugin: Plugin) {
        this.#plugin = plugin;
    }

    configure(request: ConfigureRequest): Promise<void> {
        return this.#plugin.configure(request);
    }

    async check(olds: Props, news: Props): Promise<Checked> {
        const checked = checkInputs("record", news);
        const inputs = stillManaged(checked.inputs, olds);
        const failures = [...checked.failures, ...settingFailures(news, this.#plugin)];
        return { inputs, failures: [...failures, ...this.#declare(inputs)] };
    }

    async create(props: Props): Result<"create"> {
        const state = { inputs: readRecord(props).inputs, ...NOTHING_SEEN };
        const sighting = await perform(state, this.#plugin, (task) => recordDroplet(NOTHING_SEEN, task));
        this.#plugin.declarations.created(state.inputs.resourceUrn);
        return { id: this.#plugin.runtime.newId(), outs: toOutputs({ ...state, ...sighting }) };
    }

    async read(id: string, props: Props): Result<"read"> {
        return refresh(id, readRecord(props), this.#plugin);
    }

    async update(_id: string, olds: Props, news: Props): Result<"update"> {
        const before = readRecord(olds);
        const { inputs } = readRecord(news);
        const sighting = await perform({ ...before, inputs }, this.#plugin, async (task) =>
            recordDroplet(await succeedTo(before, task), task),
        );
        return { outs: toOutputs({ inputs, ...sighting }) };
    }

    async delete(_id: string, props: Props, signal?: AbortSignal): Promise<void> {
        return deleteRecord(readRecord(props), this.#plugin, signal);
    }

    /** A Droplet that the program creates needs no teardown by id. */
    #declare({ dropletId, resourceUrn }: Props): CheckFailure[] {
        if (typeof dropletId !== "number" || typeof resourceUrn !== "string") {
            return [];
        }
        const { declarations } = this.#plugin;
        declarations.declare(dropletId, resourceUrn, "record");
        const teardown = declarations.another(dropletId, resourceUrn, "teardown");
        const reason = `Droplet ${dropletId} is torn down by this program's Droplet; take ${teardown} out of the program`;
        return teardown === undefined ? [] : [{ property: "dropletId", reason }];
    }
}

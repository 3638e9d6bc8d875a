import type { Props } from "../../simulator/plugin/core/props.js";
import type { PluginProcess } from "../support/teardown-world.js";
import type { Call, Method } from "./calls.js";
import type { Made, Provider } from "./engine/provider.js";
import { type OfficialEffects, officialProvider } from "./official-provider.js";
import { ownProvider } from "./own-provider.js";

const OWN = "pulumi-nodejs:dynamic/droplet-teardown:";

/** The plugin processes of one run of the engine. */
export class Plugins {
    /** In the order in which the engine made them. */
    readonly calls: Call[] = [];
    readonly #own: Readonly<Record<string, Provider>>;
    readonly #official: Provider;
    #die: (error: Error) => void = () => undefined;
    readonly #dead = new Promise<never>((_, reject) => (this.#die = reject));

    constructor(own: PluginProcess, official: OfficialEffects) {
        const teardown = this.#logged(ownProvider(own));
        this.#own = { DropletTeardown: teardown, DropletRecord: this.#logged(ownProvider(own.record)) };
        this.#official = this.#logged(officialProvider(official));
        this.#dead.catch(() => undefined);
    }

    /** The processes end; what the engine waits for does not come. */
    die(): void {
        this.#die(new Error("error reading from server: EOF"));
    }

    readonly providerFor = (type: string): Provider => {
        const own = type.startsWith(OWN) ? this.#own[type.slice(OWN.length)] : undefined;
        return own ?? this.#official;
    };

    #logged(provider: Provider): Provider {
        const log = async <T>(
            method: Method,
            urn: string,
            id: string,
            props: Props,
            work: () => Promise<T>,
            toAnswer: (result: T) => Props | null,
        ): Promise<T> => {
            const call = { method, urn, id, props, answer: null };
            const index = this.calls.push(call) - 1;
            const result = await Promise.race([work(), this.#dead]);
            this.calls[index] = { ...call, answer: toAnswer(result) };
            return result;
        };
        return {
            previewCreate: (urn, inputs) => provider.previewCreate(urn, inputs),
            previewUpdate: (state, news) => provider.previewUpdate(state, news),
            check: (urn, olds, news) =>
                log(
                    "check",
                    urn,
                    "",
                    news,
                    () => provider.check(urn, olds, news),
                    ({ inputs }) => inputs,
                ),
            diff: (urn, id, state, news, ignored) =>
                log(
                    "diff",
                    urn,
                    id,
                    news,
                    () => provider.diff(urn, id, state, news, ignored),
                    ({ changes, replaces }) => ({ changes, replaces }),
                ),
            create: (urn, inputs) =>
                log("create", urn, "", inputs, () => provider.create(urn, inputs), getOutputs),
            read: (urn, id, state, inputs) =>
                log(
                    "read",
                    urn,
                    id,
                    state,
                    () => provider.read(urn, id, state, inputs),
                    (found) => found?.outputs ?? null,
                ),
            update: (urn, id, state, news) =>
                log("update", urn, id, news, () => provider.update(urn, id, state, news), getOutputs),
            delete: (urn, id, state) =>
                log(
                    "delete",
                    urn,
                    id,
                    state,
                    () => provider.delete(urn, id, state),
                    () => ({}),
                ),
        };
    }
}

function getOutputs({ outputs }: Made): Props {
    return outputs;
}

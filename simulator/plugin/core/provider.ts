import type { Api } from "../api/api.js";
import { check, DEFAULTS, type Checked } from "./check.js";
import { diff, type Difference } from "./diff.js";
import { isSet, UNKNOWN, type Json, type Props } from "./props.js";
import type { Created, ResourceType } from "./resource.js";

export interface ReadResult {
    readonly state: Props;
    /** What a program would have to say to get this state. */
    readonly inputs: Props;
}

/** The provider without its wire protocol: resource types by token, and what the engine asks of them. */
export class Provider {
    readonly #types: ReadonlyMap<string, ResourceType>;

    constructor(types: readonly ResourceType[]) {
        this.#types = new Map(types.map((type) => [type.token, type]));
    }

    check(urn: string, olds: Props, news: Props): Checked {
        return check(this.#typeOf(urn), urn, olds, news);
    }

    diff(urn: string, state: Props, news: Props): Difference {
        return diff(this.#typeOf(urn), state, news);
    }

    /** What is known of a resource before it exists. */
    previewCreate(urn: string, inputs: Props): Props {
        const { outputs } = this.#typeOf(urn);
        const unknown = Object.fromEntries(outputs.map((name) => [name, UNKNOWN]));
        return { ...unknown, ...withoutDefaults(inputs) };
    }

    create(api: Api, urn: string, inputs: Props): Promise<Created> {
        return this.#typeOf(urn).create(api, withoutDefaults(inputs));
    }

    /** Null where the resource is gone. `inputs` are the last ones known, if any. */
    async read(api: Api, urn: string, id: string, state: Props, inputs?: Props): Promise<ReadResult | null> {
        const type = this.#typeOf(urn);
        const now = await type.read(api, id, state);
        return now === null ? null : { state: now, inputs: inputsOf(type, now, inputs) };
    }

    previewUpdate(olds: Props, news: Props): Props {
        return { ...olds, ...withoutDefaults(news) };
    }

    async update(api: Api, urn: string, id: string, olds: Props, news: Props): Promise<Props> {
        const type = this.#typeOf(urn);
        await type.update?.(api, id, olds, news);
        const state = { ...computed(type, olds), ...withoutDefaults(news) };
        return (await type.read(api, id, state)) ?? state;
    }

    delete(api: Api, urn: string, id: string, state: Props): Promise<void> {
        return this.#typeOf(urn).delete(api, id, state);
    }

    #typeOf(urn: string): ResourceType {
        // urn:pulumi:stack::project::parent$type::name
        const token = urn.split("::")[2]?.split("$").pop() ?? "";
        const type = this.#types.get(token);
        if (type === undefined) {
            throw new Error(`the stand-in for the digitalocean provider does not serve ${token}`);
        }
        return type;
    }
}

function withoutDefaults(inputs: Props): Props {
    return Object.fromEntries(Object.entries(inputs).filter(([name]) => name !== DEFAULTS));
}

/** What stays although the program says nothing about it. */
function computed(type: ResourceType, olds: Props): Props {
    return Object.fromEntries(
        Object.entries(olds).filter(
            ([name]) => !(name in type.inputs) || type.inputs[name]?.computed === true,
        ),
    );
}

/** After a refresh the inputs follow the state; after an import they are everything that the state holds. */
function inputsOf(type: ResourceType, state: Props, inputs: Props | undefined): Props {
    const names = inputs === undefined ? Object.keys(type.inputs) : Object.keys(inputs);
    const values = names.map((name): [string, Json | undefined] => [name, state[name] ?? inputs?.[name]]);
    return Object.fromEntries(values.filter((entry): entry is [string, Json] => isSet(entry[1])));
}

import type { Api } from "../api/api.js";
import { check, type Checked, DEFAULTS, diff, type Difference } from "./inputs.js";
import { isSet, type Json, type Props, UNKNOWN } from "./props.js";
import { type Created, PartialFailure, type ResourceType } from "./resource.js";

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

    get types(): readonly ResourceType[] {
        return [...this.#types.values()];
    }

    /** @param autoname how a resource without a name gets one; with seven digits unless said */
    check(urn: string, olds: Props, news: Props, autoname?: (resourceName: string) => string): Checked {
        return check(this.#findType(urn), urn, olds, news, autoname);
    }

    diff(urn: string, state: Props, news: Props): Difference {
        return diff(this.#findType(urn), state, news);
    }

    /** What is known of a resource before it exists. */
    previewCreate(urn: string, inputs: Props): Props {
        const { outputs } = this.#findType(urn);
        const unknown = Object.fromEntries(outputs.map((name) => [name, UNKNOWN]));
        return { ...unknown, ...withoutDefaults(inputs) };
    }

    /** Throws a `PartialFailure` where the resource exists all the same. */
    async create(api: Api, urn: string, inputs: Props): Promise<Created> {
        const planned = withoutDefaults(inputs);
        try {
            return await this.#findType(urn).create(api, planned);
        } catch (error) {
            if (error instanceof PartialFailure) {
                const state = { ...planned, ...error.state };
                throw new PartialFailure(error.id, state, `creating ${urn}: ${error.message}`);
            }
            throw error;
        }
    }

    /** Null where the resource is gone. `inputs` are the last ones known, if any. */
    async read(api: Api, urn: string, id: string, state: Props, inputs?: Props): Promise<ReadResult | null> {
        const type = this.#findType(urn);
        const now = await type.read(api, id, state);
        return now === null ? null : { state: now, inputs: selectInputs(type, now, inputs) };
    }

    previewUpdate(olds: Props, news: Props): Props {
        return { ...olds, ...withoutDefaults(news) };
    }

    /** Whatever fails, the new state is kept: what was planned, and over it what was seen. */
    async update(api: Api, urn: string, id: string, olds: Props, news: Props): Promise<Props> {
        const type = this.#findType(urn);
        const planned = { ...computed(type, olds), ...withoutDefaults(news) };
        try {
            await type.update?.(api, id, olds, news);
            return (await type.read(api, id, planned)) ?? planned;
        } catch (error) {
            const seen = error instanceof PartialFailure ? error.state : {};
            const message = `updating ${urn}: ${(error as Error).message}`;
            throw new PartialFailure(id, { ...planned, ...seen }, message);
        }
    }

    delete(api: Api, urn: string, id: string, state: Props): Promise<void> {
        return this.#findType(urn).delete(api, id, state);
    }

    #findType(urn: string): ResourceType {
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
function selectInputs(type: ResourceType, state: Props, inputs: Props | undefined): Props {
    const names = inputs === undefined ? Object.keys(type.inputs) : Object.keys(inputs);
    const values = names.map((name): [string, Json | undefined] => [name, state[name] ?? inputs?.[name]]);
    return Object.fromEntries(values.filter((entry): entry is [string, Json] => isSet(entry[1])));
}

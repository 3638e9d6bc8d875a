import type { Handlers } from "../../provider/handlers/handlers.js";
import type { Props } from "../../simulator/plugin/core/props.js";
import type { Provider } from "./engine/provider.js";

/** The handlers as the dynamic provider of the SDK passes calls on to them: JSON in, JSON out. */
export function ownProvider(handlers: Handlers): Provider {
    return {
        // It does not take part in previews: the engine shows the inputs.
        previewCreate: (_urn, inputs) => inputs,
        previewUpdate: (_state, news) => news,
        check: async (_urn, olds, news) => {
            const { inputs, failures } = await handlers.check(json(olds), json(news));
            return { inputs: json(inputs), failures };
        },
        diff: async (_urn, id, state, news) => {
            const { changes } = await handlers.diff(id, json(state), json(news));
            return { changes, changed: [], replaces: [], deleteBeforeReplace: false };
        },
        create: async (_urn, inputs) => {
            const { id, outs } = await handlers.create(json(inputs));
            return { id, outputs: json(outs), problem: null };
        },
        read: async (_urn, id, state) => {
            const found = await handlers.read(id, json(state));
            return found.id === undefined ? null : { outputs: json(found.props ?? {}), inputs: null };
        },
        update: async (_urn, id, state, news) => {
            const { outs } = await handlers.update(id, json(state), json(news));
            return { id, outputs: json(outs), problem: null };
        },
        delete: (_urn, id, state) => handlers.delete(id, json(state)),
    };
}

/** As after a way through the engine: what is undefined is not there. */
function json(value: object): Props {
    return JSON.parse(JSON.stringify(value)) as Props;
}

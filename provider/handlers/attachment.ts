import type { Plugin } from "../access/plugin.js";
import { isUnknown, type Props } from "../stored/inputs.js";
import { changedProperties, type Handlers } from "./handlers.js";

/**
 * The handlers of a note that another resource of the stack attaches something to a Droplet. Its delete comes before
 * that of the Droplet's executor, whose report then counts that as the stack's. It asks DigitalOcean nothing.
 */
export class AttachmentHandlers implements Handlers {
    readonly #plugin: Plugin;

    constructor(plugin: Plugin) {
        this.#plugin = plugin;
    }

    configure(): Promise<void> {
        return Promise.resolve();
    }

    check(_olds: Props, news: Props): ReturnType<Handlers["check"]> {
        return Promise.resolve({ inputs: { ...news }, failures: [] });
    }

    diff(_id: string, olds: Props, news: Props): ReturnType<Handlers["diff"]> {
        return Promise.resolve({ changes: changedProperties(olds, news).length > 0 });
    }

    create(inputs: Props): ReturnType<Handlers["create"]> {
        return Promise.resolve({ id: this.#plugin.runtime.newId(), outs: { ...inputs } });
    }

    read(id: string, props: Props): ReturnType<Handlers["read"]> {
        return Promise.resolve({ id, props: { ...props } });
    }

    update(_id: string, _olds: Props, news: Props): ReturnType<Handlers["update"]> {
        return Promise.resolve({ outs: { ...news } });
    }

    delete(_id: string, { dropletId, attached }: Props): Promise<void> {
        if (typeof dropletId === "number" && typeof attached === "string" && !isUnknown(attached)) {
            this.#plugin.handoff.detaches(dropletId, attached);
        }
        return Promise.resolve();
    }
}

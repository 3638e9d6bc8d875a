import { AsyncResource } from "node:async_hooks";
import * as pulumi from "@pulumi/pulumi";
import { DROPLET_TYPE } from "./around-droplet.js";
import { cover } from "./covered-droplet.js";
import type { DropletOptions } from "./droplet-options.js";
import { ownUrn } from "./own-urn.js";
import type { Rules } from "./whole-program-settings.js";

/**
 * The Droplets that remote components register from processes of their own. They reach this program only in a
 * stack transform, a callback of the engine: the executor is registered while the engine waits for the answer,
 * the record when the program has registered everything else, and with it what its components consist of.
 */
export class RemoteDroplets {
    /** URNs of Droplets that this process registers: they are covered where they are made. */
    readonly #local = new Set<string>();
    /** URNs of the executors of remote Droplets. */
    readonly #executors = new Set<string>();
    readonly #unrecorded: (() => unknown)[] = [];
    /** Components whose transforms are ours, or whose parent's are. */
    readonly #reached = new WeakSet<pulumi.Resource>();
    readonly #isServed = true;
    /** A callback of the engine does not know which of several programs in one process it is for. */
    readonly #asked = AsyncResource.bind((args: pulumi.ResourceTransformArgs) => this.#transform(args));

    constructor(private readonly rules: Rules) {}

    /** Takes note of a Droplet of this process, before the engine hears of it. */
    isLocal(name: string, parent: pulumi.Resource | undefined): void {
        void ownUrn(DROPLET_TYPE, name, parent).then((urn) => this.#local.add(urn));
    }

    /** Has the engine ask about whatever is registered below a component, by whichever process. */
    reach(component: pulumi.Resource, opts: pulumi.ResourceOptions): pulumi.ResourceOptions | undefined {
        const isReached = opts.parent !== undefined && this.#reached.has(opts.parent);
        if (component instanceof pulumi.CustomResource || !this.#isServed) {
            return undefined;
        }
        this.#reached.add(component);
        return isReached ? undefined : { ...opts, transforms: [...(opts.transforms ?? []), this.#asked] };
    }

    /** Makes the records, once the engine knows every Droplet. */
    record(): void {
        for (const make of this.#unrecorded.splice(0)) {
            make();
        }
    }

    async #transform(args: pulumi.ResourceTransformArgs): Promise<pulumi.ResourceTransformResult | undefined> {
        const { opts, isFreed } = await this.#freed(args.opts);
        const covered = args.type === DROPLET_TYPE ? await this.#cover(args, opts) : undefined;
        return covered ?? (isFreed ? { props: args.props, opts } : undefined);
    }

    /** Children of a remote Droplet are not deleted with it. */
    async #freed(opts: pulumi.ResourceOptions): Promise<{ opts: pulumi.CustomResourceOptions; isFreed: boolean }> {
        const { deletedWith, ...others } = opts as pulumi.CustomResourceOptions;
        const isFreed = deletedWith !== undefined && this.#executors.has(await urnOf(deletedWith));
        return { opts: isFreed ? others : opts, isFreed };
    }

    async #cover(
        { name, props }: pulumi.ResourceTransformArgs,
        opts: pulumi.CustomResourceOptions,
    ): Promise<pulumi.ResourceTransformResult | undefined> {
        const urn = await ownUrn(DROPLET_TYPE, name, opts.parent);
        if (this.#local.has(urn)) {
            return undefined;
        }
        const around = cover(name, props, asGiven(opts), this.rules);
        if (around === undefined) {
            return undefined;
        }
        this.#unrecorded.push(() => around.record(new Registered(name, urn).id));
        this.#executors.add(await urnOf(around.executor));
        return { props: around.args, opts: around.opts };
    }
}

/** A Droplet that another process has registered in this deployment. */
class Registered extends pulumi.CustomResource {
    constructor(name: string, urn: string) {
        super(DROPLET_TYPE, name, {}, { urn });
    }
}

/** Options as a program gives them: the engine sends an empty text for what is not given. */
function asGiven({ import: id, customTimeouts, ...others }: pulumi.CustomResourceOptions): DropletOptions {
    return {
        ...others,
        ...(id === undefined || id === "" ? {} : { import: id }),
        ...(customTimeouts === undefined ? {} : { customTimeouts: withoutEmpty(customTimeouts) }),
    };
}

function withoutEmpty(timeouts: pulumi.CustomTimeouts): pulumi.CustomTimeouts {
    return Object.fromEntries(Object.entries(timeouts).filter(([, text]) => text !== ""));
}

function urnOf(resource: pulumi.Resource): Promise<string> {
    return new Promise((resolve) => resource.urn.apply(resolve));
}

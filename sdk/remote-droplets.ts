import { AsyncResource } from "node:async_hooks";
import * as pulumi from "@pulumi/pulumi";
import { aroundDroplet, DROPLET_TYPE } from "./around-droplet.js";
import { coverage } from "./coverage.js";
import type { DropletOptions } from "./droplet-options.js";
import { registersOneByOne, supportsTransforms } from "./engine-support.js";
import { getUrn, ownUrn } from "./own-urn.js";
import { ProgramError } from "./program-error.js";
import type { Rules } from "./whole-program-settings.js";

type Transformed = Promise<pulumi.ResourceTransformResult | undefined>;

/**
 * The Droplets of remote components, which other processes register. This one sees them in a transform alone, a
 * callback of the engine: the executor is registered while the engine waits for its answer, and the record at
 * the program's end, when components have registered whatever they consist of.
 */
export class RemoteDroplets {
    readonly #isSupported = supportsTransforms();
    /** URNs of Droplets that this process registers: they are covered where they are made. */
    readonly #local = new Set<string>();
    /** URNs of the executors of remote Droplets. */
    readonly #executors = new Set<string>();
    /** Components whose transforms, or whose parent's, are ours. */
    readonly #reached = new WeakSet<pulumi.Resource>();
    /** The engine's callback does not know which program of this process it is for: its context says so. */
    readonly #transform = AsyncResource.bind((args: pulumi.ResourceTransformArgs) => this.#answer(args));
    readonly #unrecorded: (() => unknown)[] = [];
    #isRecorded = false;

    constructor(private readonly rules: Rules) {}

    /** Takes note of a Droplet that this process is about to register. */
    leaveOut(name: string, { id, urn, parent }: pulumi.CustomResourceOptions): void {
        if (id === undefined && urn === undefined) {
            void ownUrn(DROPLET_TYPE, name, parent).then((own) => this.#local.add(own));
        }
    }

    /**
     * Options for a resource that is not a Droplet, with which the engine asks about all that is registered below
     * it. Undefined: it asks already, or need not.
     */
    reaching(resource: pulumi.Resource, opts: pulumi.ResourceOptions): pulumi.ResourceOptions | undefined {
        // One of another copy of the SDK passes for a component, which costs a question.
        if (!this.#isSupported || resource instanceof pulumi.CustomResource) {
            return undefined;
        }
        this.#reached.add(resource);
        const isReached = opts.parent !== undefined && this.#reached.has(opts.parent);
        return isReached ? undefined : { ...opts, transforms: [...(opts.transforms ?? []), this.#transform] };
    }

    /** Makes the records. Every Droplet is registered by now. */
    record(): void {
        this.#isRecorded = true;
        this.#unrecorded.forEach((make) => make());
    }

    async #answer({ type, name, props, opts: given }: pulumi.ResourceTransformArgs): Transformed {
        const opts = await this.#withOwnDelete(given);
        const covered = type === DROPLET_TYPE ? await this.#cover(name, props, opts) : undefined;
        return covered ?? (opts === given ? undefined : { props, opts });
    }

    /** A child of a remote Droplet is not deleted with it. */
    async #withOwnDelete(opts: pulumi.CustomResourceOptions): Promise<pulumi.CustomResourceOptions> {
        const { deletedWith, ...others } = opts;
        const isInherited = deletedWith !== undefined && this.#executors.has(await getUrn(deletedWith));
        return isInherited ? others : opts;
    }

    async #cover(name: string, props: pulumi.Inputs, opts: pulumi.CustomResourceOptions): Transformed {
        const urn = await ownUrn(DROPLET_TYPE, name, opts.parent);
        const teardown = this.#local.has(urn) ? null : coverage(name, opts, this.rules);
        if (teardown === null) {
            return undefined;
        }
        this.#refuseUnreachable(name);
        const around = aroundDroplet(name, props, teardown, asGiven(opts));
        this.#unrecorded.push(() => around.record(new RegisteredDroplet(name, urn)));
        this.#executors.add(await getUrn(around.executor));
        return { props: around.args, opts: around.opts };
    }

    #refuseUnreachable(name: string): void {
        const droplet = `tearDownDroplets: Droplet ${JSON.stringify(name)} of a remote component`;
        if (registersOneByOne()) {
            throw new ProgramError(
                `${droplet} cannot be covered with parallel: 1: its teardown would wait for the component, and ` +
                    "the component for the Droplet. Take another number, or leave the Droplet out by a rule",
            );
        }
        if (this.#isRecorded) {
            throw new ProgramError(
                `${droplet} is registered after the program's end, when no record is made`,
            );
        }
    }
}

/** A Droplet that another process has registered in this deployment. */
class RegisteredDroplet extends pulumi.CustomResource {
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

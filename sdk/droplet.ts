import * as digitalocean from "@pulumi/digitalocean";
import * as pulumi from "@pulumi/pulumi";
import { componentOptions, innerDropletOptions, type DropletOptions } from "./droplet-options.js";
import { DropletTeardown } from "./droplet-teardown.js";
import { childrenKeepTheirDeletes } from "./own-deletes.js";
import type { Policy } from "./policy.js";
import { ignoresTags, stackTag } from "./stack-tag.js";
import type { DropletTeardownArgs, ManagedTeardownArgs, TeardownOptions } from "./teardown-args.js";

/** How a `Droplet` is torn down. */
export interface DropletTeardownSettings extends TeardownOptions {
    /** What is to become of the associated resources. Default: "keep", the Droplet alone goes. */
    policy?: pulumi.Input<Policy>;
    /**
     * False: the way out. The official provider deletes the Droplet, and its teardown does nothing. Run
     * `pulumi up` with it before you change back to `digitalocean.Droplet`.
     */
    enabled?: boolean;
}

/** Every argument of `digitalocean.Droplet`, and how it is torn down. */
export interface DropletArgs extends digitalocean.DropletArgs {
    teardown?: DropletTeardownSettings;
}

const INNER_TYPE = "digitalocean:index/droplet:Droplet";

/** The outputs of the official resource, whichever version is installed. */
type DropletOutputs = Omit<digitalocean.Droplet, "dropletUrn" | "getProvider" | "id" | "urn">;

/** A component that has those outputs as its own; the constructor below puts them there. */
const DropletComponent = pulumi.ComponentResource as unknown as new (
    ...args: ConstructorParameters<typeof pulumi.ComponentResource>
) => DropletOutputs & pulumi.ComponentResource;

/**
 * A Droplet that goes away completely: a `digitalocean.Droplet` whose delete is left to a `DropletTeardown`.
 * Without `teardown.policy` everything associated stays, and is reported with its cost. It has every output
 * of the official resource.
 */
export class Droplet extends DropletComponent {
    /** The Droplet itself, for `parent` and `dependsOn`. Its own id does not wait for the teardown. */
    readonly droplet: digitalocean.Droplet;
    readonly teardown: DropletTeardown;
    /** The Droplet's id, known once its teardown is in place: whatever uses it is deleted before both. */
    readonly id: pulumi.Output<pulumi.ID>;
    /** `do:droplet:<id>`; waits for the teardown as `id` does. */
    readonly dropletUrn: pulumi.Output<string>;

    /** Looks an existing Droplet up, without managing it, as `digitalocean.Droplet.get` does. */
    static get(
        name: string,
        id: pulumi.Input<pulumi.ID>,
        state?: digitalocean.DropletState,
        opts?: pulumi.CustomResourceOptions,
    ): digitalocean.Droplet {
        return digitalocean.Droplet.get(name, id, state, opts);
    }

    constructor(name: string, args: DropletArgs, opts: DropletOptions = {}) {
        super("droplet-teardown:index:Droplet", name, {}, componentOptions(opts));
        const { teardown = {}, ...given } = args;
        const enabled = teardown.enabled ?? true;
        const tag = enabled ? this.#interlock(opts) : undefined;
        this.droplet = new digitalocean.Droplet(
            name,
            tag === undefined ? given : { ...given, tags: withTag(given.tags, tag) },
            { ...innerDropletOptions(opts, this), ...(enabled ? deletedWith(this, name) : {}) },
        );
        expose(this.droplet, this);
        this.teardown = new DropletTeardown(name, this.#settings(args, tag, opts), {
            parent: this,
            ...(opts.deletedWith === undefined ? {} : { deletedWith: opts.deletedWith }),
        });
        const afterTeardown = <T>(output: pulumi.Output<T>): pulumi.Output<T> =>
            pulumi.all([output, this.teardown.urn]).apply(([value]) => value as T);
        this.id = afterTeardown(this.droplet.id);
        this.dropletUrn = afterTeardown(this.droplet.dropletUrn);
        this.registerOutputs({ id: this.id, dropletUrn: this.dropletUrn });
    }

    /** The tag without which the Droplet is not destroyed; undefined where it could not be put on. */
    #interlock(opts: DropletOptions): string | undefined {
        if (ignoresTags(opts.ignoreChanges)) {
            void pulumi.log.warn(
                "ignoreChanges covers tags, so the tag of this stack is not added and a Droplet that another " +
                    "program has taken over would be destroyed all the same",
                this,
            );
            return undefined;
        }
        return stackTag(pulumi.getProject(), pulumi.getStack());
    }

    #settings(args: DropletArgs, tag: string | undefined, opts: DropletOptions): DropletTeardownArgs {
        const { enabled = true, policy = "keep", ...teardown } = args.teardown ?? {};
        const provider = this.getProvider(INNER_TYPE);
        const explicit = digitalocean.Provider.isInstance(provider) ? provider : undefined;
        const settings: ManagedTeardownArgs = {
            ...teardown,
            enabled,
            mustExist: false,
            policy,
            requireTag: tag,
            dropletId: this.droplet.id,
            managed: args.volumeIds,
            gracefulShutdown: args.gracefulShutdown,
            timeout: teardown.timeout ?? opts.customTimeouts?.delete,
            token: teardown.token ?? explicit?.token,
            apiEndpoint: explicit?.apiEndpoint,
        };
        return settings as DropletTeardownArgs;
    }
}

/** The official provider is not asked to delete the Droplet where the component goes as a whole. */
function deletedWith(component: pulumi.Resource, name: string): pulumi.CustomResourceOptions {
    return { deletedWith: component, transforms: childrenKeepTheirDeletes(component, INNER_TYPE, name) };
}

function withTag(tags: digitalocean.DropletArgs["tags"], tag: string): pulumi.Output<string[]> {
    return pulumi.output(tags).apply((own) => [...(own ?? []), tag]);
}

/** Makes the outputs of the inner Droplet the component's own. */
function expose(droplet: digitalocean.Droplet, component: Droplet): void {
    const outputs = Object.entries(droplet).filter(([key, value]) => {
        return pulumi.Output.isInstance(value) && !Object.hasOwn(component, key);
    });
    Object.assign(component, Object.fromEntries(outputs));
}

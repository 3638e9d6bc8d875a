import * as digitalocean from "@pulumi/digitalocean";
import * as pulumi from "@pulumi/pulumi";
import { DropletRecord } from "./droplet-record.js";
import { createExecutor, type DropletTeardown } from "./droplet-teardown.js";
import { managedBy } from "./managed.js";
import { needs } from "./needs.js";
import { childrenKeepTheirDeletes } from "./own-deletes.js";
import { refuseUnsupported, type DropletOptions } from "./droplet-options.js";
import { stackTag } from "./stack-tag.js";
import type { DropletTeardownSettings, SharedArgs } from "./teardown-args.js";

/** Every argument of `digitalocean.Droplet`, and how it is torn down. */
export interface DropletArgs extends digitalocean.DropletArgs {
    teardown?: DropletTeardownSettings;
}

const TYPE = "digitalocean:index/droplet:Droplet";

/**
 * A `digitalocean.Droplet` that is destroyed completely: the official provider creates and updates it, its
 * `teardown` destroys it. Without `teardown.policy` everything associated stays, and is reported with its cost.
 */
export class Droplet extends digitalocean.Droplet {
    /** Destroys the Droplet: the executor of its delete. */
    declare readonly teardown: DropletTeardown;
    /** What belongs to the Droplet, and what that costs. */
    declare readonly record: DropletRecord;

    constructor(name: string, args: DropletArgs, opts: DropletOptions = {}) {
        refuseUnsupported(opts);
        const { teardown = {}, ...own } = args;
        const enabled = teardown.enabled ?? true;
        const shared = sharedArgs(own, teardown, opts);
        const readableTag = stackTag(pulumi.getProject(), pulumi.getStack());
        const executor = createExecutor(
            name,
            {
                ...shared,
                retries: teardown.retries,
                gracefulShutdown: own.gracefulShutdown,
                finalSnapshot: teardown.finalSnapshot,
                resourceName: name,
                dropletName: own.name,
                stackTag: readableTag,
            },
            { ...sharedOptions(opts), dependsOn: needs(own, opts.dependsOn) },
        );
        super(
            name,
            enabled ? { ...own, tags: withTags(own.tags, [readableTag, executor.tag]) } : own,
            enabled
                ? {
                      ...opts,
                      deletedWith: executor,
                      transforms: [
                          ...(opts.transforms ?? []),
                          ...childrenKeepTheirDeletes(executor, TYPE, name),
                      ],
                  }
                : opts,
        );
        this.teardown = executor;
        this.record = new DropletRecord(
            name,
            {
                ...shared,
                dropletId: this.id,
                tag: executor.tag as pulumi.Output<string>,
                imported: opts.import !== undefined,
                retained: opts.retainOnDelete === true,
            },
            sharedOptions(opts),
        );
    }
}

/** All three resources of a Droplet have the same parent, and stay together where one of them stays. */
function sharedOptions({ parent, protect, retainOnDelete }: DropletOptions): pulumi.CustomResourceOptions {
    return {
        ...(parent === undefined ? {} : { parent }),
        ...(protect === undefined ? {} : { protect }),
        ...(retainOnDelete === undefined ? {} : { retainOnDelete }),
    };
}

function sharedArgs(
    own: digitalocean.DropletArgs,
    { policy = "keep", keep, timeout, token, enabled = true }: DropletTeardownSettings,
    opts: DropletOptions,
): SharedArgs {
    const provider = opts.provider ?? opts.parent?.getProvider(TYPE);
    const explicit = digitalocean.Provider.isInstance(provider) ? provider : undefined;
    return {
        enabled,
        policy,
        keep,
        managed: managedBy(own.volumeIds, keep),
        timeout: timeout ?? opts.customTimeouts?.delete,
        token: token ?? explicit?.token,
        apiEndpoint: explicit?.apiEndpoint,
    };
}

function isGiven(tag: string | undefined): tag is string {
    return tag !== undefined;
}

/** Under mocks the teardown has no tag. */
function withTags(
    tags: digitalocean.DropletArgs["tags"],
    added: readonly pulumi.Input<string | undefined>[],
): pulumi.Output<string[]> {
    return pulumi
        .output([tags, ...added])
        .apply((all) => (all as readonly (readonly string[] | string | undefined)[]).flat().filter(isGiven));
}

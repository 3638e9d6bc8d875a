import type * as digitalocean from "@pulumi/digitalocean";
import * as pulumi from "@pulumi/pulumi";
import { argumentsDigest, stackTag } from "../provider/ownership/verdict.js";
import { withoutTransformations } from "./stack-resource.js";
import { DropletRecord } from "./droplet-record.js";
import { createExecutor, type DropletTeardown } from "./droplet-teardown.js";
import type { DropletOptions } from "./droplet-options.js";
import { attachedTo, declaredBy, noteAttachments } from "./managed.js";
import { needs } from "./needs.js";
import { childrenKeepTheirDeletes } from "./own-deletes.js";
import type { DropletTeardownSettings, SharedArgs } from "./teardown-args.js";

export const DROPLET_TYPE = "digitalocean:index/droplet:Droplet";
const RECORD_TYPE = "pulumi-nodejs:dynamic/droplet-teardown:DropletRecord";

/** The Droplet arguments that its teardown reads. */
type DropletInputs = Pick<digitalocean.DropletArgs, "name" | "tags" | "volumeIds" | "gracefulShutdown">;

/** A Droplet whose executor is registered and whose record is not registered yet. */
export interface AroundDroplet<Args> {
    readonly executor: DropletTeardown;
    /** Arguments of the official Droplet. */
    readonly args: Args;
    /** Options of the official Droplet. */
    readonly opts: pulumi.CustomResourceOptions;
    /** Creates the record of the registered Droplet, as its child. */
    readonly record: (droplet: pulumi.CustomResource) => DropletRecord;
}

/** Registers the executor of a Droplet that is about to be registered. */
export function aroundDroplet<Args extends DropletInputs>(
    name: string,
    own: Args,
    teardown: DropletTeardownSettings,
    opts: DropletOptions,
): AroundDroplet<Args> {
    const shared = sharedArgs(own, teardown, opts);
    const attachments = noteAttachments();
    const expires = teardown.ttl !== undefined;
    const readableTag = stackTag(pulumi.getProject(), pulumi.getStack());
    const executor = createExecutor(
        name,
        {
            ...shared,
            retries: teardown.retries,
            gracefulShutdown: own.gracefulShutdown,
            finalSnapshot: teardown.finalSnapshot,
            ttl: teardown.ttl,
            program: {
                ...shared.program,
                argumentsDigest: expires ? pulumi.output(own).apply(argumentsDigest) : undefined,
                resourceName: name,
                dropletName: own.name,
                stackTag: readableTag,
            },
        },
        { ...sharedOptions(opts), dependsOn: needs(own, opts.dependsOn) },
    );
    const record = (droplet: pulumi.CustomResource): DropletRecord =>
        withoutTransformations(droplet, opts.transformations ?? [], () => {
            return new DropletRecord(
                name,
                {
                    ...shared,
                    dropletId: droplet.id,
                    tag: executor.tag as pulumi.Output<string>,
                    team: executor.accountId,
                    retained: opts.retainOnDelete === true,
                    dropletExpiryTag: expires ? executor.expiryTag : undefined,
                    program: {
                        ...shared.program,
                        imported: opts.import !== undefined,
                        attached: attachedTo(droplet, attachments),
                    },
                },
                // A child moves with its parent into another stack, whose destroys then decide about the Droplet.
                { ...sharedOptions(opts), parent: droplet },
            );
        });
    if (shared.enabled === false) {
        return { executor, args: own, opts, record };
    }
    const ownTags = [executor.tag, ...(expires ? [executor.expiryTag] : [])];
    const args = { ...own, tags: withTags(own.tags, readableTag, ownTags) };
    const transforms = [
        ...exceptFor(RECORD_TYPE, opts.transforms ?? []),
        ...childrenKeepTheirDeletes(executor, DROPLET_TYPE, name),
    ];
    return { executor, args, opts: { ...opts, deletedWith: executor, transforms }, record };
}

/** Children inherit the transforms of a Droplet, which its record is not meant for. */
function exceptFor(
    excluded: string,
    transforms: readonly pulumi.ResourceTransform[],
): pulumi.ResourceTransform[] {
    return transforms.map((transform) => (args) => (args.type === excluded ? undefined : transform(args)));
}

/** What the three resources of a Droplet share. If one is retained, all are. */
function sharedOptions({ parent, protect, retainOnDelete }: DropletOptions): pulumi.CustomResourceOptions {
    return { parent, protect, retainOnDelete };
}

function sharedArgs(
    own: DropletInputs,
    { policy = "keep", keep, timeout, token, enabled = true }: DropletTeardownSettings,
    opts: DropletOptions,
): SharedArgs {
    const provider = opts.provider ?? opts.parent?.getProvider(DROPLET_TYPE);
    const explicit = isDigitalOcean(provider) ? provider : undefined;
    return {
        enabled,
        policy,
        keep,
        timeout: timeout ?? opts.customTimeouts?.delete,
        token: token ?? explicit?.token,
        program: { ...declaredBy(own.volumeIds, keep), apiEndpoint: explicit?.apiEndpoint },
    };
}

/** Like `digitalocean.Provider.isInstance`; a component's package may have its own copy of that class. */
function isDigitalOcean(provider: unknown): provider is digitalocean.Provider {
    const { __pulumiType: type } = (provider ?? {}) as { readonly __pulumiType?: string };
    return type === "pulumi:providers:digitalocean";
}

/**
 * The Droplet's own tags and those of its teardown. A list stays a list, because transformations of a program add
 * to it. With mocks, the teardown has no tag; the readable one stands in for it.
 */
function withTags(
    tags: digitalocean.DropletArgs["tags"],
    readable: string,
    own: readonly DropletTeardown["tag"][],
): pulumi.Input<pulumi.Input<string>[]> {
    const ownOrReadable = own.map((one) => one.apply((tag) => tag ?? readable));
    return tags === undefined || Array.isArray(tags)
        ? [...(tags ?? []), readable, ...ownOrReadable]
        : pulumi
              .all([tags, pulumi.all(ownOrReadable)])
              .apply(([given, last]) => [...(given ?? []), readable, ...last]);
}

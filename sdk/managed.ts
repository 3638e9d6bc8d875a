import * as pulumi from "@pulumi/pulumi";
import { resourcesIn } from "./needs.js";
import { stackOfProgram, transformEverythingBelow } from "./stack-resource.js";

type Names = pulumi.Input<pulumi.Input<string>[] | undefined> | undefined;

/** Ids and addresses, by what becomes of their cost. */
interface Declared {
    /** What other resources of the stack delete. */
    readonly managed: pulumi.Output<string[]>;
    /** Volumes of the Droplet's `volumeIds` that come from elsewhere: they stay, and cost. */
    readonly volumeIds: pulumi.Output<string[]>;
}

/** What the Droplet's declared volumes are, and entries of `keep` that are outputs of a resource. */
export function declaredBy(volumeIds: Names, keep: Names): Declared {
    const volumes = pulumi.output(split(volumeIds));
    const kept = pulumi.output(split(keep));
    return {
        managed: pulumi.all([volumes, kept]).apply(([one, other]) => unique([...one.own, ...other.own])),
        volumeIds: volumes.apply(({ others }) => unique(others)),
    };
}

interface Split {
    readonly own: pulumi.Input<string[]>;
    readonly others: pulumi.Input<string[]>;
}

/** Entries that are outputs of a resource, and others. */
async function split(names: Names): Promise<Split> {
    if (!Array.isArray(names)) {
        const list = pulumi.output(names).apply((given) => given ?? []);
        return (await resourcesIn(names)).length > 0 ? { own: list, others: [] } : { own: [], others: list };
    }
    const made = await Promise.all(names.map(async (name) => (await resourcesIn(name)).length > 0));
    return {
        own: pulumi.all(names.filter((_, index) => made[index])),
        others: pulumi.all(names.filter((_, index) => made[index] !== true)),
    };
}

function unique(names: readonly string[]): string[] {
    return [...new Set(names)];
}

/** Official resources that attach something to a Droplet, and the argument that says what. */
const ATTACHED: Readonly<Record<string, string>> = {
    "digitalocean:index/volumeAttachment:VolumeAttachment": "volumeId",
    "digitalocean:index/reservedIpAssignment:ReservedIpAssignment": "ipAddress",
    "digitalocean:index/floatingIpAssignment:FloatingIpAssignment": "ipAddress",
};

/** Arguments of one of them. */
interface Attachment {
    readonly dropletId: unknown;
    readonly attached: unknown;
}

/** Set on the stack's resource, visible to other copies of this package but not to other programs. */
const SEEN = Symbol.for("pulumi-droplet-teardown/attachments");

/**
 * Notes what the program attaches from now on, and detaches before a Droplet goes. What is deleted with the Droplet,
 * or retained, detaches nothing.
 */
export function noteAttachments(): readonly Attachment[] {
    const stack = stackOfProgram();
    if (stack === undefined) {
        return [];
    }
    const known = (stack as unknown as Readonly<Record<symbol, Attachment[] | undefined>>)[SEEN];
    if (known !== undefined) {
        return known;
    }
    const seen: Attachment[] = [];
    Object.defineProperty(stack, SEEN, { value: seen });
    transformEverythingBelow(stack, ({ type, props, opts }) => {
        const argument = ATTACHED[type];
        const isDetaching = opts.deletedWith === undefined && opts.retainOnDelete !== true;
        if (argument !== undefined && isDetaching) {
            seen.push({ dropletId: props.dropletId, attached: props[argument] });
        }
        return undefined;
    });
    return seen;
}

/** Output fields that the SDK declares as internal. */
interface Known {
    promise: () => Promise<unknown>;
}

/**
 * Ids and addresses of resources of the stack that the program has attached to the Droplet by the time when it is
 * registered. It is a plain promise: an output would make the record depend on them. What a preview does not know
 * is left out.
 */
export function attachedTo(
    droplet: pulumi.Resource,
    attachments: readonly Attachment[],
): pulumi.Output<string[]> {
    return pulumi.output(
        new Promise<string[]>((resolve, reject) => {
            droplet.urn.apply(() => {
                Promise.all(attachments.map((one) => ownAttached(droplet, one))).then((found) => {
                    resolve(found.flat());
                }, reject);
            });
        }),
    );
}

async function ownAttached(
    droplet: pulumi.Resource,
    { dropletId, attached }: Attachment,
): Promise<readonly string[]> {
    const isOwn = (await resourcesIn(dropletId)).includes(droplet);
    if (!isOwn || (await resourcesIn(attached)).length === 0) {
        return [];
    }
    const id = await (pulumi.output(attached) as unknown as Known).promise();
    return typeof id === "string" ? [id] : [];
}

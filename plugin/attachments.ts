import type { TransformRequest } from "@pulumi/pulumi/proto/resource_pb.js";
import { UNKNOWN } from "../provider/stored/inputs.js";
import type { Monitor } from "./monitor.js";
import { TYPES, parseType } from "./types.js";
import { plainValues, type Value } from "./values.js";

/** Official resources that attach something to a Droplet: the argument that says what, and the type that makes it. */
const ATTACHED: Readonly<Record<string, readonly [argument: string, made: string]>> = {
    "digitalocean:index/volumeAttachment:VolumeAttachment": ["volumeId", "volume:Volume"],
    "digitalocean:index/reservedIpAssignment:ReservedIpAssignment": ["ipAddress", "reservedIp:ReservedIp"],
    "digitalocean:index/floatingIpAssignment:FloatingIpAssignment": ["ipAddress", "floatingIp:FloatingIp"],
};

/** A Droplet of the running program, whose component is constructed. */
export interface ConstructedDroplet {
    /** "" in the preview of its create. */
    readonly id: string;
    /** Of the component and what it consists of: what uses the Droplet depends on one of them. */
    readonly urns: readonly string[];
    readonly recordUrn: string;
}

/**
 * The Droplets of one program, and what its own resources attach to them. Those are registered after the record, so a
 * note below the record says it: a resource that is deleted first, and tells the executor.
 */
export class Attachments {
    readonly #droplets: ConstructedDroplet[] = [];
    readonly #noted = new Set<string>();
    readonly #monitor: Monitor;

    constructor(monitor: Monitor) {
        this.#monitor = monitor;
    }

    add(droplet: ConstructedDroplet): void {
        this.#droplets.push(droplet);
    }

    /** Notes an attachment before it is registered. What is deleted with the Droplet, or retained, detaches nothing. */
    async note(request: TransformRequest): Promise<null> {
        const kind = ATTACHED[request.getType()];
        const options = request.getOptions();
        if (kind === undefined || options === undefined) {
            return null;
        }
        const dependencies = options.getDependsOnList();
        const isDetaching = options.getDeletedWith() === "" && options.getRetainOnDelete() !== true;
        const [argument, made] = kind;
        const isOwn = dependencies.some((urn) => parseType(urn).endsWith(`/${made}`));
        const properties = plainValues(request.getProperties());
        const droplet = this.#findDroplet(properties.dropletId ?? UNKNOWN, dependencies);
        if (isDetaching && isOwn && droplet !== undefined) {
            const name = `${request.getType().split(":").at(-1) ?? ""} ${request.getName()}`;
            await this.#register(name, properties[argument] ?? UNKNOWN, droplet);
        }
        return null;
    }

    #findDroplet(dropletId: Value, dependencies: readonly string[]): ConstructedDroplet | undefined {
        return this.#droplets.find(({ id, urns }) =>
            dropletId === UNKNOWN ? urns.some((urn) => dependencies.includes(urn)) : dropletId === Number(id),
        );
    }

    async #register(name: string, attached: Value, { id, recordUrn }: ConstructedDroplet): Promise<void> {
        const key = `${recordUrn} ${name}`;
        // Two of one name, below different parents: one of them is reported as left.
        if (!this.#noted.has(key)) {
            this.#noted.add(key);
            const inputs = { dropletId: id === "" ? UNKNOWN : Number(id), attached };
            const options = { parent: recordUrn, custom: true, dependencies: [] };
            await this.#monitor.register({ type: TYPES.attachment, name, inputs, ...options });
        }
    }
}

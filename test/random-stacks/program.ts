import type { Policy } from "../random-worlds/world.js";

/**
 * How a program has a Droplet: as this package's `Droplet`, or with `enabled: false`; as an official one that
 * `tearDownDroplets` covers, or hands back; or as an official one that it leaves alone.
 */
export type Kind = "ours" | "disabled" | "covered" | "handed back" | "official";

export type Image = "debian-12-x64" | "ubuntu-24-04-x64";

/** One Droplet as a program declares it, with what belongs to it. */
export interface Declared {
    readonly name: string;
    /** The name that an alias mentions; null: there is no alias. */
    readonly formerly: string | null;
    /** The names of what belongs to it begin with this; it stays when the Droplet is renamed. */
    readonly prefix: string;
    readonly kind: Kind;
    readonly image: Image;
    readonly policy: Policy | "keep" | "destroy" | "prevent";
    readonly keep: readonly string[];
    readonly finalSnapshot: boolean;
    /** A volume of the same program: none, in `volumeIds`, or attached by a `VolumeAttachment`. */
    readonly volume: "none" | "listed" | "attached";
    /** A reserved IP of the same program, assigned to it. */
    readonly hasAddress: boolean;
    /** A volume that needs nothing but the executor, so that its create can fail while the Droplet is created. */
    readonly hasSibling: boolean;
    readonly inVpc: boolean;
    readonly option: "none" | "protected" | "retained";
    /** Its name at DigitalOcean is given, so that two of them cannot be there at a time. */
    readonly isNamed: boolean;
    /** That name, where it is not made of the prefix. */
    readonly machine: string | null;
    /** The Droplet that is imported; null: none. */
    readonly imports: number | null;
    /** How long it lives; null: it does not expire. */
    readonly ttl: string | null;
}

/** A teardown of a Droplet that comes from elsewhere. */
export interface Bare {
    readonly name: string;
    readonly dropletId: number;
    readonly policy: Declared["policy"];
    readonly keep: readonly string[];
    readonly finalSnapshot: boolean;
    readonly requireTag: string | null;
    /** A volume that is created after it, so that its create can fail when the teardown is there already. */
    readonly hasSibling: boolean;
    readonly ttl: string | null;
}

export interface Program {
    readonly droplets: readonly Declared[];
    readonly bare: readonly Bare[];
}

export const WEB: Declared = {
    name: "web",
    formerly: null,
    prefix: "web",
    kind: "ours",
    image: "ubuntu-24-04-x64",
    policy: "destroy",
    keep: ["keep-*"],
    finalSnapshot: false,
    volume: "none",
    hasAddress: false,
    hasSibling: false,
    inVpc: false,
    option: "none",
    isNamed: false,
    machine: null,
    imports: null,
    ttl: null,
};

/** The name that a program gives a Droplet; null: Pulumi does. */
export function machineName({ isNamed, machine, prefix }: Declared): string | null {
    return machine ?? (isNamed ? `${prefix}-machine` : null);
}

export const EMPTY: Program = { droplets: [], bare: [] };

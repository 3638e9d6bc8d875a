import {
    flag,
    isObject,
    type JsonObject,
    list,
    optionalNumber,
    optionalText,
    text,
    texts,
} from "../http/fields.js";
import { DEFAULT_TEAM } from "../http/tokens.js";
import type { Panel } from "./panel.js";

/** A volume that is there from the start. */
export interface SeedVolume {
    readonly name: string;
    /** Default 10. */
    readonly sizeGigabytes?: number;
    /** Default "nyc3". */
    readonly region?: string;
    readonly tags?: readonly string[];
    /** The names of its snapshots. */
    readonly snapshots?: readonly string[];
}

/** A Droplet that is there, and active, from the start. */
export interface SeedDroplet {
    readonly name: string;
    /** Default "nyc3". */
    readonly region?: string;
    /** Default "s-1vcpu-1gb". */
    readonly size?: string;
    /** Default "ubuntu-24-04-x64". */
    readonly image?: string;
    readonly tags?: readonly string[];
    readonly backups?: boolean;
    /** The names of volumes of the same seed, which are attached to it. */
    readonly volumes?: readonly string[];
    /** How many addresses are assigned to it. */
    readonly reservedIps?: number;
    readonly reservedIpv6s?: number;
    /** The names of its snapshots. */
    readonly snapshots?: readonly string[];
}

/** What a team has from the start. */
export interface Seed {
    /** Default: the default team. */
    readonly team?: string;
    /** Tags that nothing carries; those of Droplets and volumes come into being with them. */
    readonly tags?: readonly string[];
    readonly volumes?: readonly SeedVolume[];
    readonly droplets?: readonly SeedDroplet[];
    /** Addresses that are assigned to nothing. */
    readonly reservedIps?: readonly { readonly region?: string }[];
}

const SEED: readonly (keyof Seed)[] = ["team", "tags", "volumes", "droplets", "reservedIps"];
const VOLUME: readonly (keyof SeedVolume)[] = ["name", "sizeGigabytes", "region", "tags", "snapshots"];
const DROPLET: readonly (keyof SeedDroplet)[] = [
    ...(["name", "region", "size", "image", "tags", "backups"] as const),
    ...(["volumes", "reservedIps", "reservedIpv6s", "snapshots"] as const),
];

/** Makes what a seed says; throws with the place of what is wrong with it. */
export function plant(panelFor: (team: string) => Panel, value: unknown): void {
    const seed = part(value, "the seed", SEED);
    const panel = panelFor(optionalText(seed, "team") ?? DEFAULT_TEAM);
    texts(seed, "tags").forEach((tag) => panel.createTag(tag));
    const volumes = new Map<string, string>();
    each(seed, "volumes", VOLUME, (volume) => {
        volumes.set(text(volume, "name"), plantVolume(panel, volume));
    });
    each(seed, "droplets", DROPLET, (droplet) => plantDroplet(panel, droplet, volumes));
    each(seed, "reservedIps", ["region"], (address) => {
        panel.createReservedIp(optionalText(address, "region") ?? undefined);
    });
}

function plantVolume(panel: Panel, volume: JsonObject): string {
    const { id } = panel.createVolume(
        text(volume, "name"),
        optionalNumber(volume, "sizeGigabytes") ?? undefined,
        optionalText(volume, "region") ?? undefined,
        texts(volume, "tags"),
    );
    texts(volume, "snapshots").forEach((name) => panel.snapshotVolume(id, name));
    return id;
}

function plantDroplet(panel: Panel, droplet: JsonObject, volumes: ReadonlyMap<string, string>): void {
    const attached = texts(droplet, "volumes").map((name) => {
        const id = volumes.get(name);
        if (id === undefined) {
            throw new TypeError(`the seed has no volume ${name}`);
        }
        return id;
    });
    const region = optionalText(droplet, "region") ?? "nyc3";
    const { id } = panel.createDroplet(text(droplet, "name"), {
        region,
        size: optionalText(droplet, "size") ?? undefined,
        image: optionalText(droplet, "image") ?? undefined,
        tags: texts(droplet, "tags"),
        backups: flag(droplet, "backups"),
        volumes: attached,
    });
    texts(droplet, "snapshots").forEach((name) => panel.takeSnapshot(id, name));
    times(droplet, "reservedIps", () => panel.assignReservedIp(panel.createReservedIp(region).id, id));
    times(droplet, "reservedIpv6s", () => panel.assignReservedIpv6(panel.createReservedIpv6(region).id, id));
}

function times(body: JsonObject, name: string, make: () => void): void {
    Array.from({ length: optionalNumber(body, name) ?? 0 }).forEach(make);
}

function each(
    body: JsonObject,
    name: string,
    known: readonly string[],
    make: (body: JsonObject) => void,
): void {
    list(body, name).forEach((value, index) => {
        const place = `${name}[${index}]`;
        const one = part(value, place, known);
        try {
            make(one);
        } catch (error) {
            throw new TypeError(`${place}: ${(error as Error).message}`, { cause: error });
        }
    });
}

function part(value: unknown, place: string, known: readonly string[]): JsonObject {
    if (!isObject(value)) {
        throw new TypeError(`${place} must be an object`);
    }
    const stranger = Object.keys(value).find((name) => !known.includes(name));
    if (stranger !== undefined) {
        throw new TypeError(`${place} has no ${stranger}: it may have ${known.join(", ")}`);
    }
    return value;
}

import { BESIDE, toProgram, URN } from "../support/droplet-program.js";

/** How a program has a Droplet: as the official resource, as ours, or as ours on its way out. */
export type Kind = "official" | "ours" | "disabled";

/** One Droplet as a program declares it. */
export interface Declared {
    readonly name: string;
    /** The name that an alias mentions. */
    readonly formerly?: string;
    readonly kind: Kind;
    /** Ours is the plugin's component, not the npm package's class. */
    readonly isComponent: boolean;
    readonly image: "debian-12-x64" | "ubuntu-24-04-x64";
    /** Whether the managed volume `data` is attached to it. */
    readonly hasVolume: boolean;
}

/** A program: its Droplets, and whether it has a sibling whose create can be made to fail. */
export interface Program {
    readonly droplets: readonly Declared[];
    readonly hasSibling: boolean;
}

/** One edit of a program. `at` chooses a Droplet; an edit that does not apply changes nothing. */
export interface Edit {
    readonly edit:
        | "add"
        | "remove"
        | "replace"
        | "rename"
        | "alias"
        | "disable"
        | "enable"
        | "official"
        | "ours"
        | "front end"
        | "sibling";
    readonly at: number;
}

export const FIRST: Program = {
    droplets: [{ name: "web", kind: "ours", isComponent: false, image: "ubuntu-24-04-x64", hasVolume: true }],
    hasSibling: false,
};

const MAX_DROPLETS = 2;

export function edited(program: Program, { edit, at }: Edit, serial: number): Program {
    const { droplets } = program;
    const index = droplets.length === 0 ? -1 : at % droplets.length;
    const change = (changed: (droplet: Declared) => Partial<Declared>): Program => ({
        ...program,
        droplets: droplets.map((droplet, its) =>
            its === index ? { ...droplet, formerly: undefined, ...changed(droplet) } : droplet,
        ),
    });
    switch (edit) {
        case "add":
            return droplets.length >= MAX_DROPLETS
                ? program
                : { ...program, droplets: [...droplets, added(serial)] };
        case "remove":
            return { ...program, droplets: droplets.filter((_, its) => its !== index) };
        case "replace":
            return change(({ image }) => ({
                image: image === "debian-12-x64" ? "ubuntu-24-04-x64" : "debian-12-x64",
            }));
        case "rename":
            return change(() => ({ name: `web-${serial}` }));
        case "alias":
            return change(({ name }) => ({ name: `web-${serial}`, formerly: name }));
        case "disable":
            return change(({ kind }) => ({ kind: kind === "ours" ? "disabled" : kind }));
        case "enable":
            return change(({ kind }) => ({ kind: kind === "disabled" ? "ours" : kind }));
        case "official":
            return change(() => ({ kind: "official" }));
        case "ours":
            return change(() => ({ kind: "ours" }));
        case "front end":
            return change(({ isComponent }) => ({ isComponent: !isComponent }));
        case "sibling":
            return { ...program, hasSibling: !program.hasSibling };
    }
}

function added(serial: number): Declared {
    const isComponent = serial % 2 === 0;
    return { name: `web-${serial}`, kind: "ours", isComponent, image: "ubuntu-24-04-x64", hasVolume: false };
}

/** URN of a component's Droplet, without its name: what takes its place has it as an alias. */
const INSIDE = `${URN}droplet-teardown:index:Droplet$digitalocean:index/droplet:Droplet::`;

/** The program's source. Snapshots and volumes whose name begins with "keep-" stay. */
export function toSource(program: Program): string {
    return toProgram(`${BESIDE}
const data = new digitalocean.Volume("data", { name: "data", region, size: 1 });
let sibling = { dependsOn: [] };
const insideComponent = "${INSIDE}";
for (const { name, formerly, kind, isComponent, image, hasVolume } of ${JSON.stringify(program.droplets)}) {
    const args = { image, region, size: spec.size, ...(hasVolume ? { volumeIds: [data.id] } : {}) };
    const aliases = [
        ...(formerly === undefined ? [] : [{ name: formerly }]),
        ...(isComponent ? [] : [insideComponent + (formerly ?? name)]),
    ];
    const opts = { aliases };
    if (kind === "official") {
        new digitalocean.Droplet(name, args, opts);
    } else {
        const keep = ["keep-*"];
        const web = new (isComponent ? Component : Droplet)(name, { ...args, teardown: { policy: "destroy", keep, retries: 0, enabled: kind === "ours" } }, opts);
        sibling.dependsOn.push(web.teardown);
    }
}
if (${program.hasSibling}) {
    new digitalocean.Volume("sibling", { name: "sibling", region, size: 1 }, sibling);
}
`);
}

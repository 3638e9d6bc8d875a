import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";

import type { Json, Props } from "../../simulator/plugin/core/props.js";
import { type Bare, type Declared, machineName, type Program } from "./program.js";
import { recordElsewhere } from "./elsewhere.js";
import { type Entries, filledIn, type Registration } from "./recorder/registration.js";
import { toSource } from "./source.js";
import type { StackName } from "./urn.js";

/** What stands in a recording for what is a text, and for what is not. */
const NAME = "@name";
const FORMERLY = "@formerly";
const MACHINE = "@machine";
const IMPORTS = "@imports";
const PREFIX = "@prefix";
const IMAGE = "@image";
const POLICY = "@policy";
const KEEP = "@keep";
const FINAL = "@final";
const TAG = "@tag";
const TTL = "@ttl";
const DROPLET_ID = "@dropletId";
/** Tags for people have the stack's name as it is only where it has no other characters. */
const STACK = "the-name-of-the-stack";

/** Names the file of recordings that one process has made for several. */
export const RECORDINGS = "LIVES_RECORDINGS";

type Recording = readonly Registration[];

/** By project and shape. */
const recordings = new Map<string, Recording>(savedRecordings());
/** What is filled in for a Droplet or a teardown of a program, by the name of the stack: most are run several times. */
const filled = new WeakMap<Declared | Bare, Map<string, Recording>>();
let last: Promise<void> = Promise.resolve();

/**
 * What a program registers: recorded once for each shape of what it consists of, with placeholders for names, images,
 * policies and keep-lists, which the SDK passes on as they are.
 */
export async function recordRegistrations({ droplets, bare }: Program, stack: StackName): Promise<Recording> {
    const parts = [
        ...droplets.map((declared) =>
            once(declared, stack, () => recordPart(toShape(declared), toValues(declared), stack)),
        ),
        ...bare.map((one) => once(one, stack, () => recordPart(toBareShape(one), toBareValues(one), stack))),
    ];
    return (await Promise.all(parts)).flat();
}

/** Takes over what has been recorded elsewhere. */
export function know(entries: Entries): void {
    entries.forEach(([key, recording]) => recordings.set(key, recording));
}

/** Records what programs consist of, all in one run of the SDK. */
export async function recordParts(shapes: Program, project: string): Promise<Entries> {
    // It takes a second to load, and slows down everything that is done beside it.
    const { record } = await import("./recorder/record.js");
    const parts = [
        ...shapes.droplets.map((declared) => ({ droplets: [toShape(declared)], bare: [] })),
        ...shapes.bare.map((bare) => ({ droplets: [], bare: [toBareShape(bare)] })),
    ];
    const numbered = parts.map((part, index) =>
        withNames(part, (placeholder) => placeholder.replace("@", mark(index))),
    );
    const whole = {
        droplets: numbered.flatMap(({ droplets }) => droplets),
        bare: numbered.flatMap(({ bare }) => bare),
    };
    const all = await record(toSource(whole), { name: STACK, project });
    return parts.map((part, index) => {
        const own = all.filter(({ name }) => name.startsWith(mark(index)));
        const text = JSON.stringify(own).replaceAll(mark(index), "@");
        return [cacheKey(part, project), JSON.parse(text) as Recording] as const;
    });
}

function savedRecordings(): Entries {
    const path = process.env[RECORDINGS];
    return path === undefined ? [] : (JSON.parse(readFileSync(path, "utf8")) as Entries);
}

/** Stands at the beginning of the names of a part, of many that are recorded together. */
function mark(index: number): string {
    return `@${index}.`;
}

function withNames({ droplets, bare }: Program, named: (placeholder: string) => string): Program {
    return {
        droplets: droplets.map((one) => ({
            ...one,
            ...{ name: named(one.name), prefix: named(one.prefix) },
            formerly: one.formerly === null ? null : named(one.formerly),
        })),
        bare: bare.map((one) => ({ ...one, name: named(one.name) })),
    };
}

function toShape(declared: Declared): Declared {
    const { imports } = declared;
    return {
        ...declared,
        ...{ name: NAME, prefix: PREFIX, image: IMAGE as Declared["image"] },
        ...{ isNamed: false, machine: machineName(declared) === null ? null : MACHINE },
        imports: imports === null ? null : (IMPORTS as unknown as number),
        ...{ formerly: declared.formerly === null ? null : FORMERLY, policy: POLICY as "keep", keep: [KEEP] },
        finalSnapshot: FINAL as unknown as boolean,
        ttl: declared.ttl === null ? null : TTL,
    };
}

function toValues(declared: Declared): Record<string, Json> {
    const { name, formerly, prefix, image, policy, keep, finalSnapshot, imports, ttl } = declared;
    return {
        ...{ [MACHINE]: machineName(declared), [IMPORTS]: imports === null ? null : String(imports) },
        ...{ [NAME]: name, [FORMERLY]: formerly, [PREFIX]: prefix, [IMAGE]: image },
        ...{ [POLICY]: policy as Json, [KEEP]: keep, [FINAL]: finalSnapshot, [TTL]: ttl },
    };
}

function toBareShape(bare: Bare): Bare {
    return {
        ...bare,
        ...{ name: NAME, dropletId: DROPLET_ID as unknown as number, policy: POLICY as "keep", keep: [KEEP] },
        finalSnapshot: FINAL as unknown as boolean,
        requireTag: bare.requireTag === null ? null : TAG,
        ttl: bare.ttl === null ? null : TTL,
    };
}

function toBareValues({
    name,
    dropletId,
    policy,
    keep,
    finalSnapshot,
    requireTag,
    ttl,
}: Bare): Record<string, Json> {
    const values = { [NAME]: name, [POLICY]: policy as Json, [KEEP]: keep, [TAG]: requireTag };
    return { ...values, [FINAL]: finalSnapshot, [TTL]: ttl, [DROPLET_ID]: dropletId };
}

async function once(
    part: Declared | Bare,
    { name }: StackName,
    make: () => Promise<Recording>,
): Promise<Recording> {
    const known = filled.get(part) ?? new Map<string, Recording>();
    filled.set(part, known);
    const made = known.get(name) ?? (await make());
    known.set(name, made);
    return made;
}

async function recordPart(
    shape: Declared | Bare,
    values: Readonly<Record<string, Json>>,
    { name, project }: StackName,
): Promise<Recording> {
    const isBare = "dropletId" in shape;
    const part = isBare ? { droplets: [], bare: [shape] } : { droplets: [shape], bare: [] };
    const filling = filledIn(await recorded(part, project), { ...values, [STACK]: name });
    return isBare || shape.ttl === null ? filling : withDigest(filling, shape, values);
}

/** Of the arguments of a Droplet that expires, the SDK makes a digest: that of the recording is of placeholders. */
function withDigest(
    recording: Recording,
    { volume, inVpc }: Declared,
    values: Readonly<Record<string, Json>>,
): Recording {
    const own = [values[IMAGE], values[MACHINE], volume === "listed", inVpc, values[PREFIX]] as Json[];
    const argumentsDigest = createHash("sha256").update(JSON.stringify(own)).digest("hex").slice(0, 16);
    return recording.map((one) => {
        const program = one.inputs.program as Props | undefined;
        return program?.argumentsDigest === undefined
            ? one
            : { ...one, inputs: { ...one.inputs, program: { ...program, argumentsDigest } } };
    });
}

async function recorded(part: Program, project: string): Promise<Recording> {
    const key = cacheKey(part, project);
    const known = recordings.get(key);
    if (known !== undefined) {
        return known;
    }
    last = last.then(async () => {
        if (!recordings.has(key)) {
            know(await recordElsewhere(part, project));
        }
    });
    await last;
    return recordings.get(key) ?? [];
}

function cacheKey(part: Program, project: string): string {
    return `${project}\n${toSource(part)}`;
}

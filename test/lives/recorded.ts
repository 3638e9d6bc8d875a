import type { Json } from "../../simulator/plugin/core/props.js";
import type { Bare, Declared, Program } from "./program.js";
import { record } from "./recorder/record.js";
import { filledIn, type Registration } from "./recorder/registration.js";
import { sourceOf } from "./source.js";
import type { StackName } from "./urn.js";

/** What stands in a recording for what is a text, and for what is not. */
const NAME = "@name";
const FORMERLY = "@formerly";
const PREFIX = "@prefix";
const IMAGE = "@image";
const POLICY = "@policy";
const KEEP = "@keep";
const TAG = "@tag";
const DROPLET_ID = "@dropletId";

const recordings = new Map<string, Promise<readonly Registration[]>>();
let last: Promise<unknown> = Promise.resolve();

/**
 * What a program registers: recorded once for each shape of what it consists of, with placeholders for names, images,
 * policies and keep-lists, which the SDK passes on as they are.
 */
export async function registrationsOf(
    { droplets, bare }: Program,
    stack: StackName,
): Promise<readonly Registration[]> {
    const parts = await Promise.all([
        ...droplets.map((declared) => ofDroplet(declared, stack)),
        ...bare.map((teardown) => ofBare(teardown, stack)),
    ]);
    return parts.flat();
}

async function ofDroplet(declared: Declared, stack: StackName): Promise<readonly Registration[]> {
    const { name, formerly, prefix, image, policy, keep } = declared;
    const shape = {
        ...declared,
        ...{ name: NAME, prefix: PREFIX, image: IMAGE as Declared["image"] },
        ...{ formerly: formerly === null ? null : FORMERLY, policy: POLICY as "keep", keep: [KEEP] },
    };
    const recording = await recorded({ droplets: [shape], bare: [] }, stack);
    return filledIn(recording, {
        ...{ [NAME]: name, [FORMERLY]: formerly, [PREFIX]: prefix, [IMAGE]: image },
        ...{ [POLICY]: policy as Json, [KEEP]: keep },
    });
}

async function ofBare(bare: Bare, stack: StackName): Promise<readonly Registration[]> {
    const { name, dropletId, policy, keep, requireTag } = bare;
    const shape = {
        ...bare,
        ...{ name: NAME, dropletId: DROPLET_ID as unknown as number, policy: POLICY as "keep", keep: [KEEP] },
        requireTag: requireTag === null ? null : TAG,
    };
    const recording = await recorded({ droplets: [], bare: [shape] }, stack);
    const values = { [NAME]: name, [POLICY]: policy as Json, [KEEP]: keep, [TAG]: requireTag };
    return filledIn(recording, { ...values, [DROPLET_ID]: dropletId });
}

function recorded(program: Program, stack: StackName): Promise<readonly Registration[]> {
    const key = JSON.stringify([program, stack]);
    const known = recordings.get(key);
    if (known !== undefined) {
        return known;
    }
    // The SDK has one monitor at a time.
    const made = last.then(() => record(sourceOf(program), stack));
    last = made.catch(() => undefined);
    recordings.set(key, made);
    return made;
}

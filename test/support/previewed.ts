import { isDeepStrictEqual } from "node:util";

import { succeeds, type EngineWorld } from "./engine-world.js";

type Inputs = Readonly<Record<string, unknown>>;

interface Step {
    readonly op: string;
    readonly urn: string;
    readonly oldState?: { readonly inputs?: Inputs };
    readonly newState?: { readonly inputs?: Inputs };
}

/** What a preview of the program would do, sorted: "create digitalocean:index/droplet:Droplet". */
export async function previewed(world: EngineWorld): Promise<string[]> {
    const steps = await previewedSteps(world);
    return steps.map(({ op, type }) => `${op} ${type}`);
}

/** As `previewed`, with the properties that change: "update digitalocean:index/droplet:Droplet tags". */
export async function previewedChanges(world: EngineWorld): Promise<string[]> {
    const steps = await previewedSteps(world);
    return steps.map(({ op, type, changes }) => [`${op} ${type}`, ...changes].join(" "));
}

async function previewedSteps({ project }: EngineWorld) {
    const preview = await succeeds(project.preview({ flags: ["--json"] }));
    const { steps } = JSON.parse(preview.stdout) as { steps: Step[] };
    return steps
        .filter(({ op, urn }) => op !== "same" && !urn.includes("pulumi:pulumi:Stack"))
        .map((step) => ({
            op: step.op,
            type: step.urn.split("::")[2]?.split("$").at(-1) ?? "",
            changes: step.op === "update" ? changedInputs(step) : [],
        }))
        .sort((one, other) => (`${one.op} ${one.type}` < `${other.op} ${other.type}` ? -1 : 1));
}

/** The engine itself tells them only of providers with detailed diffs, and dynamic ones have none. */
function changedInputs({ oldState, newState }: Step): string[] {
    const [before, after] = [oldState?.inputs ?? {}, newState?.inputs ?? {}];
    const names = new Set([...Object.keys(before), ...Object.keys(after)]);
    return [...names].filter((name) => !isDeepStrictEqual(before[name], after[name])).sort();
}

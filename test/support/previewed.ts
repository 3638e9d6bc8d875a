import { succeeds, type EngineWorld } from "./engine-world.js";

interface Step {
    readonly op: string;
    readonly urn: string;
}

/** What a preview of the program would do, sorted: "create digitalocean:index/droplet:Droplet". */
export async function previewed({ project }: EngineWorld): Promise<string[]> {
    const preview = await succeeds(project.preview({ flags: ["--json"] }));
    const { steps } = JSON.parse(preview.stdout) as { steps: Step[] };
    return steps
        .filter(({ op, urn }) => op !== "same" && !urn.includes("pulumi:pulumi:Stack"))
        .map(({ op, urn }) => `${op} ${urn.split("::")[2]?.split("$").at(-1)}`)
        .sort();
}

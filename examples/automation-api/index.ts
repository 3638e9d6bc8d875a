import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as automation from "@pulumi/pulumi/automation";
import { Droplet } from "pulumi-droplet-teardown";

const PROJECT = "automation-api";

/** The environment: one Droplet that is destroyed with everything associated. */
const program = async (): Promise<Record<string, unknown>> => {
    const web = new Droplet("web", {
        name: "web-1",
        region: "nyc3",
        image: "ubuntu-24-04-x64",
        size: "s-1vcpu-1gb",
        teardown: { policy: "destroy" },
    });
    return { dropletId: web.id, address: web.ipv4Address };
};

/** The part of a report that this program uses; schema/report.schema.json has the rest. */
interface Report {
    readonly droplets: readonly {
        readonly name: string | null;
        readonly outcome: string;
        readonly cost: { readonly destroyed: string; readonly remaining: string };
    }[];
}

/** Custom progress: one line per resource that starts or finishes. */
function tell(event: automation.EngineEvent): void {
    const begun = event.resourcePreEvent?.metadata;
    const ended = event.resOutputsEvent?.metadata;
    const { message, ...diagnostic } = event.diagnosticEvent ?? {};
    // The engine also sends its own debug lines, although the types do not say so.
    const isDebug = (diagnostic as { readonly severity?: string }).severity === "debug";
    if (begun !== undefined && begun.op !== "same") {
        console.log(`  ${begun.op} ${shortName(begun.urn)} …`);
    } else if (ended !== undefined && ended.op !== "same") {
        console.log(`  ${ended.op} ${shortName(ended.urn)} done`);
    } else if (message !== undefined && message.trim() !== "" && !isDebug) {
        console.log(`    ${message.trim().split("\n").join("\n    ")}`);
    }
}

function shortName(urn: string): string {
    return urn.split("::").slice(-2).join(" ");
}

/** The environment's purpose: tests, a demonstration, a measurement. */
async function use(outputs: automation.OutputMap): Promise<void> {
    console.log(`using droplet ${String(outputs.dropletId?.value)} at ${String(outputs.address?.value)}`);
}

async function main(): Promise<void> {
    const folder = await mkdtemp(join(tmpdir(), "automation-api-"));
    const reportFile = join(folder, "report.ndjson");
    const stack = await automation.LocalWorkspace.createOrSelectStack(
        { projectName: PROJECT, stackName: process.env.STACK ?? "dev", program },
        {
            // `main`: the plugin that destroys resolves this package from there.
            projectSettings: { name: PROJECT, runtime: "nodejs", main: __dirname },
            envVars: { DROPLET_TEARDOWN_REPORT: reportFile },
        },
    );
    try {
        console.log("making the environment");
        const up = await stack.up({ onEvent: tell });
        await use(up.outputs);
    } finally {
        // Even after a failure: whatever was created is billed.
        console.log("destroying the environment");
        await stack.destroy({ onEvent: tell }).finally(() => report(reportFile));
        await rm(folder, { recursive: true });
    }
    // Only after success: the state of a failed stack may be needed.
    await stack.workspace.removeStack(stack.name);
}

async function report(file: string): Promise<void> {
    const text = await readFile(file, "utf8").catch(() => "");
    for (const line of text.split("\n").filter((one) => one !== "")) {
        for (const { name, outcome, cost } of (JSON.parse(line) as Report).droplets) {
            console.log(`report: ${name ?? "a droplet"} ${outcome}, $${cost.remaining}/month still accruing`);
        }
    }
}

main().catch((error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
});

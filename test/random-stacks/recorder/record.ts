import { createRequire } from "node:module";
import { compileFunction } from "node:vm";

import { RunRequest } from "@pulumi/pulumi/proto/language_pb.js";

import type { StackName } from "../urn.js";
import { RecordingMonitor } from "./monitor.js";
import type { Registration } from "./registration.js";

const programRequire = createRequire(__filename);

interface Language {
    run(call: { readonly request: RunRequest }, callback: (error: Error | undefined) => void): Promise<void>;
}

/** The part of the SDK that runs an inline program of the Automation API. */
const { LanguageServer } = programRequire("@pulumi/pulumi/automation/server.js") as {
    LanguageServer: new (program: () => unknown) => Language;
};

/** Runs a program's source on the SDK, and records what it registers. */
export async function record(source: string, { name, project }: StackName): Promise<readonly Registration[]> {
    const monitor = new RecordingMonitor({ name, project });
    const request = new RunRequest()
        .setProject(project)
        .setStack(name)
        .setParallel(16)
        .setMonitorAddress(await monitor.start());
    let trouble: Error | undefined;
    await new LanguageServer(() => runSource(source)).run({ request }, (error) => {
        trouble ??= error;
    });
    const registrations = monitor.stop();
    if (trouble !== undefined) {
        throw new Error("the program fails", { cause: trouble });
    }
    return registrations;
}

/** The text of a program, which the real engine runs as a module. */
function runSource(source: string): void {
    const run = compileFunction(source, ["require"]) as (load: NodeJS.Require) => void;
    run(programRequire);
}

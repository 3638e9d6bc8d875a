import { printable } from "../provider/teardown/format.js";
import { TeardownError } from "../provider/teardown/errors.js";
import { UsageError } from "./errors.js";
import type { Invocation } from "./invocation.js";
import type { Files } from "./runtime.js";

interface Named {
    readonly option: string;
    readonly path: string | null;
}

/**
 * Verifies, before anything is destroyed, that every file of a run can be opened, and that all are different.
 * @throws UsageError for two options that name one file
 */
export async function openFiles(invocation: Invocation, files: Files): Promise<void> {
    const opened = new Map<string, string>();
    const note = (option: string, path: string, identity: string | null): void => {
        const other = identity === null ? undefined : opened.get(identity);
        if (other !== undefined) {
            throw new UsageError(`${other} and ${option} name the same file, ${printable(path)}`);
        }
        if (identity !== null) {
            opened.set(identity, option);
        }
    };
    for (const { option, path } of readBy(invocation)) {
        if (path !== null) {
            note(option, path, await files.identityOf(path));
        }
    }
    for (const { option, path } of writtenBy(invocation)) {
        if (path !== null) {
            const identity = await files.prepare(path).catch((error: unknown) => {
                const why = error instanceof Error ? error.message : String(error);
                const text = `nothing was destroyed: ${option} ${printable(path)} cannot be written: ${why}`;
                throw new TeardownError(text, { cause: error });
            });
            note(option, path, identity);
        }
    }
}

function readBy(invocation: Invocation): Named[] {
    const isPlanned = invocation.command === "destroy" && "planFile" in invocation.what;
    return isPlanned ? [{ option: "--plan", path: invocation.what.planFile }] : [];
}

function writtenBy(invocation: Invocation): Named[] {
    const { report, summary } = invocation.reporting;
    return [
        ...(invocation.command === "plan" ? [{ option: "--out", path: invocation.out }] : []),
        { option: "--report", path: report },
        { option: "--summary", path: summary },
    ];
}

import { randomUUID } from "node:crypto";
import {
    access,
    appendFile,
    chmod,
    constants,
    open,
    realpath,
    rename,
    stat,
    unlink,
    writeFile,
} from "node:fs/promises";
import { dirname } from "node:path";
import { messageOf, TeardownError } from "../provider/teardown/errors.js";
import { printable } from "../provider/teardown/format.js";
import { type Invocation, type ReportOptions, UsageError } from "./arguments/invocation.js";
import type { Files } from "./runtime.js";

/** A plan for ten thousand Droplets is smaller. */
const MAX_PLAN_BYTES = 64 * 1024 * 1024;
const WRITABLE = 0o222;

/** The files of this machine. */
export const machineFiles: Files = {
    read: async (path) => {
        const file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
        try {
            const found = await file.stat();
            if (!found.isFile()) {
                throw new Error("it is not a regular file");
            }
            if (found.size > MAX_PLAN_BYTES) {
                throw new Error("it is too large");
            }
            return await file.readFile("utf8");
        } finally {
            await file.close();
        }
    },
    fileIdentity,
    prepare: async (path) => {
        const found = await statIfExists(path);
        if (found === null) {
            await writeFile(path, "", { flag: "a" });
        } else if ((found.mode & WRITABLE) === 0) {
            throw new Error("it is read-only");
        } else {
            await access(path, constants.W_OK);
        }
        if (found?.isDirectory() === true) {
            throw new Error("it is a folder");
        }
        return fileIdentity(path);
    },
    append: (path, text) => appendFile(path, text),
    write: async (path, text) => {
        const found = await statIfExists(path);
        if (found !== null && !found.isFile()) {
            await writeFile(path, text);
            return;
        }
        // A link stays a link: its target is replaced.
        const target = found === null ? path : await realpath(path);
        await replace(target, text, found?.mode ?? null);
    },
};

/** Atomically, if a second file can be created in the folder; else in place. */
async function replace(path: string, text: string, mode: number | null): Promise<void> {
    const canDraft = await access(dirname(path), constants.W_OK).then(
        () => true,
        () => false,
    );
    if (!canDraft) {
        await writeFile(path, text);
        return;
    }
    const draft = `${path}.${randomUUID()}.tmp`;
    try {
        await writeFile(draft, text);
        if (mode !== null) {
            await chmod(draft, mode & 0o777);
        }
        await rename(draft, path);
    } catch (error) {
        await unlink(draft).catch(() => undefined);
        throw error;
    }
}

async function fileIdentity(path: string): Promise<string | null> {
    const found = await statIfExists(path);
    return found?.isFile() === true ? `${found.dev}:${found.ino}` : null;
}

async function statIfExists(path: string) {
    try {
        return await stat(path);
    } catch (error) {
        if (error instanceof Error && "code" in error && error.code === "ENOENT") {
            return null;
        }
        throw error;
    }
}

/** A file of a command line, by the option that gives it. */
export interface Named {
    readonly option: string;
    readonly path: string;
}

/** All files of a command line. */
export interface GivenFiles {
    readonly read: readonly Named[];
    readonly written: readonly Named[];
}

/**
 * Verifies, before anything is destroyed, that every file of a run can be opened, and that all are different.
 * @throws UsageError for two options that name one file
 */
export async function openFiles({ read, written }: GivenFiles, files: Files): Promise<void> {
    const opened = new Map<string, string>();
    const note = ({ option, path }: Named, identity: string | null): void => {
        if (identity === null) {
            return;
        }
        const other = opened.get(identity);
        if (other !== undefined) {
            throw new UsageError(`${other} and ${option} name the same file, ${printable(path)}`);
        }
        opened.set(identity, option);
    };
    for (const file of read) {
        note(file, await files.fileIdentity(file.path));
    }
    for (const file of written) {
        const { option, path } = file;
        const identity = await files.prepare(path).catch((error: unknown) => {
            const text = `nothing was destroyed: ${option} ${printable(path)} cannot be written: ${messageOf(error)}`;
            throw new TeardownError(text, { cause: error, code: "file-unusable" });
        });
        note(file, identity);
    }
}

/** Those that a run reads and writes. */
export function filesOf(invocation: Invocation): GivenFiles {
    const isPlanned = invocation.command === "destroy" && "planFile" in invocation.what;
    const out = invocation.command === "plan" ? invocation.out : null;
    return {
        read: [
            ...named("--config", invocation.config?.path ?? null),
            ...named("--plan", isPlanned ? invocation.what.planFile : null),
        ],
        written: [...named("--out", out), ...reportFiles(invocation.reporting)],
    };
}

export function reportFiles({ report, summary }: ReportOptions): readonly Named[] {
    return [...named("--report", report), ...named("--summary", summary)];
}

/** None if the option is not given. */
export function named(option: string, path: string | null): readonly Named[] {
    return path === null ? [] : [{ option, path }];
}

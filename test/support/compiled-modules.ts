import { mkdirSync, readFileSync, renameSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { constants, Script } from "node:vm";

import { REPOSITORY } from "./engine-project-files.js";

/** Time of change, offset and length of what is stored of a file. */
type Entry = readonly [mtimeMs: number, offset: number, length: number];
type Index = Readonly<Record<string, Entry>>;

const FOLDER = join(REPOSITORY, "node_modules", ".cache", "engine-tests");
/** Most functions that a process needs have been compiled by then. */
const WRITE_AFTER_MS = 500;
const HEADER_BYTES = 4;

/**
 * The compiled form of installed modules, one file for each kind of process. V8 refuses what another version of it, or
 * other flags, have written; then the module is compiled again.
 */
export class CompiledModules {
    readonly #file: string;
    readonly #index: Index = {};
    readonly #code: Buffer = Buffer.alloc(0);
    readonly #scripts = new Map<string, { readonly mtimeMs: number; readonly script: Script }>();
    #isScheduled = false;

    /** @param kind names the file */
    constructor(kind: string) {
        this.#file = join(FOLDER, `${kind}-${process.version}`);
        try {
            const stored = readFileSync(this.#file);
            const end = HEADER_BYTES + stored.readUInt32LE(0);
            this.#index = JSON.parse(stored.toString("utf8", HEADER_BYTES, end)) as Index;
            this.#code = stored.subarray(end);
        } catch {
            // Nothing has been stored yet.
        }
    }

    script(source: string, filename: string): Script {
        const { mtimeMs } = statSync(filename);
        const cachedData = this.#stored(filename, mtimeMs);
        const script = new Script(source, {
            filename,
            importModuleDynamically: constants.USE_MAIN_CONTEXT_DEFAULT_LOADER,
            ...(cachedData === undefined ? {} : { cachedData }),
        });
        if (cachedData === undefined || script.cachedDataRejected === true) {
            this.#scripts.set(filename, { mtimeMs, script });
            this.#schedule();
        }
        return script;
    }

    #stored(filename: string, mtimeMs: number): Buffer | undefined {
        const [storedMs, offset = 0, length = 0] = this.#index[filename] ?? [];
        return storedMs === mtimeMs ? this.#code.subarray(offset, offset + length) : undefined;
    }

    #schedule(): void {
        if (!this.#isScheduled) {
            this.#isScheduled = true;
            setTimeout(() => this.#write(), WRITE_AFTER_MS).unref();
        }
    }

    /** What was read goes with it, unless it has been compiled again. */
    #write(): void {
        this.#isScheduled = false;
        const parts: Buffer[] = [];
        const index: Record<string, Entry> = {};
        let offset = 0;
        const add = (filename: string, mtimeMs: number, code: Buffer): void => {
            index[filename] = [mtimeMs, offset, code.length];
            parts.push(code);
            offset += code.length;
        };
        for (const [filename, [mtimeMs, start, length]] of Object.entries(this.#index)) {
            if (!this.#scripts.has(filename)) {
                add(filename, mtimeMs, this.#code.subarray(start, start + length));
            }
        }
        this.#scripts.forEach(({ mtimeMs, script }, filename) =>
            add(filename, mtimeMs, script.createCachedData()),
        );
        const names = Buffer.from(JSON.stringify(index));
        const header = Buffer.alloc(HEADER_BYTES);
        header.writeUInt32LE(names.length);
        const whole = `${this.#file}.${process.pid}`;
        mkdirSync(dirname(whole), { recursive: true });
        writeFileSync(whole, Buffer.concat([header, names, ...parts]));
        renameSync(whole, this.#file);
    }
}

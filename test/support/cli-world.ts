import assert from "node:assert/strict";
import { createRequire } from "node:module";

import { Ajv } from "ajv";
import { run } from "../../cli/index.js";
import type { CliRuntime } from "../../cli/runtime.js";
import { AbandonedError } from "../../provider/teardown/errors.js";
import {
    VirtualClock,
    type Grant,
    type LoggedRequest,
    type Settings,
    type Simulator,
} from "../../simulator/index.js";
import { machineLike } from "./machine-like.js";
import { personalToken } from "./teardown-world.js";
import { createTestSimulator, FULL_VOLUMES } from "./simulated.js";

const TOKEN = personalToken("c11");
const publishedSchema = createRequire(__filename)(
    "pulumi-droplet-teardown/schema/report.schema.json",
) as object;
const validate: (report: unknown) => boolean = new Ajv({ allErrors: true }).compile(publishedSchema);

/** A report as its readers see it. */
export interface JsonReport {
    readonly planDigest: string | null;
    readonly account: string | null;
    readonly requests: number;
    readonly error: string | null;
    readonly cost: { readonly destroyed: string; readonly remaining: string };
    readonly unread?: readonly string[];
    readonly notFound?: readonly string[];
    readonly lateArrivals?: readonly { readonly id: number; readonly name: string }[] | null;
    readonly leftOut?: { readonly younger: number; readonly ageless: number; readonly kept: number };
    readonly droplets: readonly JsonDroplet[];
    readonly orphans?: readonly {
        readonly kind: string;
        readonly id: string;
        readonly name: string;
        readonly createdAt: string | null;
        readonly monthlyCost: string;
        readonly deleteCommand: string | null;
    }[];
}

export interface JsonDroplet {
    readonly id: number;
    readonly name: string | null;
    readonly outcome: string;
    readonly error: string | null;
    readonly resources: readonly {
        readonly id: string;
        readonly name: string;
        readonly outcome: string;
        readonly reason: string | null;
        readonly monthlyCost: string | null;
    }[];
    readonly unread: readonly string[];
    readonly unmatchedKeep: readonly string[];
    readonly cost: {
        readonly destroyed: string;
        readonly remaining: string;
        readonly unpriced: readonly string[];
    };
}

/** How one run differs from an unattended one with a valid token. */
export interface RunOptions {
    readonly env?: Readonly<Record<string, string>>;
    /** A terminal on which a person answers so; null: nothing. */
    readonly answer?: string | null | ((question: string, shown: string) => string | null);
    /** Both standard streams are a terminal of so many columns. */
    readonly columns?: number;
    /** After so long the process is asked to end. */
    readonly interruptedAfterMs?: number;
    /** Asks it to end, in place of a time. */
    readonly interrupt?: AbortSignal;
    readonly fetch?: CliRuntime["fetch"];
    /** Its own view of the world's time. */
    readonly clock?: CliRuntime["clock"];
    /** Somebody else lets time pass: several run at once. */
    readonly isOneOfSeveral?: boolean;
    /** An error that nobody catches, after so long. */
    readonly crashAfterMs?: number;
}

/** What a run came to. */
export interface Ran {
    readonly code: number;
    readonly stdout: string;
    readonly stderr: string;
    /** What was asked on the terminal. */
    readonly questions: readonly string[];
}

/** DigitalOcean and command lines, in virtual time. */
export class CliWorld {
    readonly clock = new VirtualClock();
    readonly simulator: Simulator;
    /** Files by path; below "/nowhere/" there are none. */
    readonly files = new Map<string, string>();

    constructor(settings: Partial<Settings> = {}, grants?: Readonly<Record<string, Grant>>) {
        const tokens = grants === undefined ? {} : { tokens: grants };
        this.simulator = createTestSimulator({
            clock: this.clock,
            settings: { ...FULL_VOLUMES, ...settings },
            ...tokens,
        });
    }

    /** Runs a command line in a new process. */
    async run(args: string, options: RunOptions = {}): Promise<Ran> {
        const [stdout, stderr]: [string[], string[]] = [[], []];
        const questions: string[] = [];
        const { columns, env = { DIGITALOCEAN_TOKEN: TOKEN }, answer } = options;
        const controller = new AbortController();
        const output = (lines: string[]) => ({
            write: (text: string) => void lines.push(text),
            isTerminal: columns !== undefined,
            columns: columns ?? 80,
            rows: 24,
        });
        const ask = async (question: string): Promise<string | null> => {
            questions.push(question);
            return typeof answer === "function" ? answer(question, stderr.join("")) : (answer ?? null);
        };
        const runtime: CliRuntime = {
            env: (name) => env[name],
            clock: options.clock ?? machineLike(this.clock),
            random: () => 0.5,
            fetch: options.fetch ?? this.simulator.fetch,
            userAgent: "pulumi-droplet-teardown/0.0.0",
            version: "0.0.0",
            stdout: output(stdout),
            stderr: output(stderr),
            ask: answer === undefined ? null : ask,
            files: this.#files(),
            interrupt: options.interrupt ?? controller.signal,
        };
        this.#later(options.interruptedAfterMs, () => controller.abort(new AbandonedError("interrupted")));
        const crash = new Promise<never>((_, reject) => {
            this.#later(options.crashAfterMs, () => reject(new Error("boom")));
        });
        const running = run(splitWords(args), runtime, crash);
        const code = await (options.isOneOfSeveral === true ? running : this.clock.run(running));
        return { code, stdout: stdout.join(""), stderr: stderr.join(""), questions };
    }

    /** The report in a file; one that does not fit the published schema is a failure of the test. */
    report(path: string): JsonReport {
        return reportIn(this.files.get(path) ?? assert.fail(`there is no ${path}`));
    }

    /** What asked DigitalOcean to change something: "DELETE selective 202". */
    changes(): string[] {
        return this.simulator
            .requests()
            .filter(({ method }) => method !== "GET")
            .map(change);
    }

    /** A Droplet with a snapshot and an attached volume. */
    droplet(name: string, tags: readonly string[] = []) {
        const { panel } = this.simulator;
        const { id } = panel.createDroplet(name, { tags });
        const volume = panel.createVolume(`${name.toLowerCase()}-data`);
        panel.attachVolume(volume.id, id);
        return { id, volume: volume.id, snapshot: panel.takeSnapshot(id, `${name}-nightly`).id };
    }

    #later(ms: number | undefined, act: () => void): void {
        if (ms !== undefined) {
            void this.clock.sleep(ms).then(act);
        }
    }

    #files(): CliRuntime["files"] {
        const place = (path: string): string => {
            if (path.startsWith("/nowhere/")) {
                throw new Error(`ENOENT: no such file or directory, open '${path}'`);
            }
            return path;
        };
        return {
            read: async (path) => {
                const text = this.files.get(place(path));
                if (text === undefined) {
                    throw new Error(`ENOENT: no such file or directory, open '${path}'`);
                }
                return text;
            },
            fileIdentity: async (path) => (this.files.has(path) ? path : null),
            prepare: async (path) => place(path),
            write: async (path, text) => void this.files.set(place(path), text),
            append: async (path, text) =>
                void this.files.set(place(path), (this.files.get(path) ?? "") + text),
        };
    }
}

/** Reads a report and holds it against the published schema. */
export function reportIn(text: string): JsonReport {
    const report: unknown = JSON.parse(text);
    assert.ok(validate(report), `does not fit the schema: ${text}`);
    return report as JsonReport;
}

function change({ method, path, status }: LoggedRequest): string {
    return `${method} ${path.replace(/^.*\//, "")} ${status}`;
}

/** Words of a command line; what stands in double quotes is one. */
function splitWords(args: string): string[] {
    return [...args.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain ?? "");
}

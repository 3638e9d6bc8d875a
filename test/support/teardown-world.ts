import assert from "node:assert/strict";

import { AttachmentHandlers } from "../../provider/handlers/attachment.js";
import { createFunctions } from "../../provider/handlers/functions.js";

import {
    type Engine,
    NO_ENGINE,
    type Runtime,
    STACK_TOKEN_ADVICE,
    type TokenAdvice,
} from "../../provider/access/runtime.js";
import { createHandlers, type Handlers } from "../../provider/handlers/handlers.js";
import { Plugin } from "../../provider/access/plugin.js";
import {
    VirtualClock,
    type Clock,
    type Grant,
    type LoggedRequest,
    type Settings,
    type Simulator,
} from "../../simulator/index.js";
import type { WrittenReport } from "./accounted.js";
import { assertFreshReads } from "./fresh-reads.js";
import { replayEveryRun } from "./replayed.js";
import { machineLike } from "./machine-like.js";
import { createTestSimulator, FULL_VOLUMES } from "./simulated.js";

replayEveryRun();

const REPORT_FILE = "report.jsonl";

/** A personal access token of the default team. */
export const TOKEN = personalToken("a1b2c3d4");
export const URN = "urn:pulumi:dev::app::pulumi-nodejs:dynamic/droplet-teardown:DropletTeardown::web";

export function personalToken(pattern: string): string {
    return `dop_v1_${pattern.repeat(64).slice(0, 64)}`;
}

/** What the engine stores of a teardown. */
export type Stored = Record<string, unknown>;

export interface WorldOptions {
    readonly settings?: Partial<Settings>;
    readonly grants?: Readonly<Record<string, Grant>>;
}

/** How one plugin process differs from a healthy one with a valid token in the stack configuration. */
export interface ProcessOptions {
    readonly env?: Readonly<Record<string, string>>;
    readonly config?: Readonly<Record<string, string>>;
    readonly ensureAlive?: Engine["ensureAlive"];
    readonly log?: Engine["log"];
    readonly fetch?: Runtime["fetch"];
    /** Its own view of the world's time. */
    readonly clock?: Clock;
    readonly configuration?: string;
    readonly tokenAdvice?: TokenAdvice;
}

/** The handlers of a teardown, and beside them those of a record and of a note of the plugin's component. */
export interface PluginProcess extends Handlers {
    readonly record: Handlers;
    readonly attachment: Handlers;
    readonly functions: ReturnType<typeof createFunctions>;
}

interface Line {
    readonly text: string;
    readonly urn: string;
    readonly ephemeral: boolean;
}

/** DigitalOcean, the engine and plugin processes, in virtual time. */
export class TeardownWorld {
    readonly clock = new VirtualClock();
    readonly simulator: Simulator;
    /** Files that were written, by path. */
    readonly files = new Map<string, string>();
    /** Everything the engine was told, oldest first. */
    readonly lines: Line[] = [];
    #tags = 0;

    constructor({ settings, grants }: WorldOptions = {}) {
        this.simulator = createTestSimulator({
            clock: this.clock,
            settings: { ...FULL_VOLUMES, ...settings },
            ...(grants === undefined ? {} : { tokens: grants }),
        });
    }

    /** A new plugin process: it knows nothing of what others did. The handlers are those of a teardown. */
    process(options: ProcessOptions = {}): PluginProcess {
        const { env = {}, config = { "digitalocean:token": TOKEN }, ensureAlive } = options;
        let ids = 0;
        const plugin = new Plugin({
            env: (name) => env[name],
            clock: options.clock ?? machineLike(this.clock),
            random: () => 0.5,
            newId: () => `teardown-${(ids += 1)}`,
            randomHex: (bytes) => (this.#tags += 1).toString(16).padStart(bytes * 2, "0"),
            fetch: options.fetch ?? this.simulator.fetch,
            engine: {
                log:
                    options.log ??
                    ((text, urn, ephemeral) => {
                        this.lines.push({ text, urn, ephemeral });
                        return Promise.resolve();
                    }),
                ensureAlive: ensureAlive ?? NO_ENGINE.ensureAlive,
                requireVersion: NO_ENGINE.requireVersion,
            },
            appendFile: async (path, text) => {
                if (path.startsWith("/nowhere/")) {
                    throw new Error(`ENOENT: no such file or directory, open '${path}'`);
                }
                this.files.set(path, (this.files.get(path) ?? "") + text);
            },
            configuration: options.configuration ?? "digitalocean",
            tokenAdvice: options.tokenAdvice ?? STACK_TOKEN_ADVICE,
            version: "0.0.0",
            userAgent: "pulumi-droplet-teardown/0.0.0",
        });
        void plugin.configure({ config: { get: (key) => config[key] } });
        const { teardown, record } = createHandlers(plugin);
        return {
            ...teardown,
            record,
            get attachment() {
                return new AttachmentHandlers(plugin);
            },
            get functions() {
                return createFunctions(plugin);
            },
        };
    }

    /** Lets time pass until the work is done; whatever it is, what it destroys rests on fresh reads. */
    async run<T>(work: Promise<T>): Promise<T> {
        try {
            return await this.clock.run(work);
        } finally {
            assertFreshReads(this.simulator.requests());
        }
    }

    /** Lets virtual time pass. */
    async pass(ms: number): Promise<void> {
        await this.run(this.clock.sleep(ms));
    }

    /** Creates a teardown as the engine does, and returns what is stored of it. */
    async create(args: Readonly<Record<string, unknown>>, process = this.process()): Promise<Stored> {
        const { inputs, failures } = await process.check({}, { resourceUrn: URN, ...args });
        assert.deepEqual(failures, []);
        const { outs } = await this.run(process.create(inputs));
        this.simulator.clearRequests();
        return outs;
    }

    /** Deletes in a new process. */
    delete(stored: Stored, options: ProcessOptions = {}): Promise<void> {
        return this.run(this.process(options).delete("teardown-1", stored));
    }

    /** Deletes in a new process, well or not, and returns the report that it writes. */
    async report(stored: Stored, options: ProcessOptions = {}): Promise<WrittenReport> {
        const env = { ...options.env, DROPLET_TEARDOWN_REPORT: REPORT_FILE };
        await this.delete(stored, { ...options, env }).catch(() => undefined);
        const line = this.files.get(REPORT_FILE)?.trim().split("\n").at(-1);
        assert.ok(line !== undefined, "no report was written");
        return JSON.parse(line) as WrittenReport;
    }

    /** Deletes in a new process, insists that it fails, and returns the message. */
    async failedDelete(stored: Stored, options: ProcessOptions = {}): Promise<string> {
        const outcome: unknown = await this.delete(stored, options).then(
            () => "succeeded",
            (error: unknown) => error,
        );
        assert.ok(outcome instanceof Error, "the delete succeeded");
        return outcome.message;
    }

    /** A Droplet with one resource of each kind. */
    dropletWithEverything(name = "web-1"): Everything {
        const { panel } = this.simulator;
        const { id } = panel.createDroplet(name);
        const volume = panel.createVolume(`${name}-data`);
        panel.attachVolume(volume.id, id);
        const address = panel.createReservedIp();
        panel.assignReservedIp(address.id, id);
        return {
            id,
            volume: volume.id,
            address: address.id,
            addressId: address.associatedId,
            snapshot: panel.takeSnapshot(id, "nightly").id,
            volumeSnapshot: panel.snapshotVolume(volume.id, "before").id,
        };
    }

    /** "GET droplets/412000001 200", paths without their common beginning. */
    requests(): string[] {
        return this.simulator.requests().map(line);
    }

    /** What asked DigitalOcean to change something: "DELETE selective 202". */
    changes(): string[] {
        return this.simulator
            .requests()
            .filter(({ method }) => method !== "GET")
            .map(({ method, path, status }) => `${method} ${path.replace(/^.*\//, "")} ${status}`);
    }

    /** Kinds of which something is left. */
    left(): string[] {
        const { droplets, volumes, reservedIps, snapshots } = this.simulator.state();
        return [
            ...droplets.map(() => "droplet"),
            ...volumes.map(() => "volume"),
            ...reservedIps.map(() => "reserved_ip"),
            ...snapshots.map((one) => (one.resourceType === "volume" ? "volume_snapshot" : "snapshot")),
        ].sort();
    }

    /** The lines that stay. */
    announced(): string[] {
        return this.lines.filter((one) => !one.ephemeral).map((one) => one.text);
    }

    /** The lines that are replaced by the next. */
    progress(): string[] {
        return this.lines.filter((one) => one.ephemeral).map((one) => one.text);
    }
}

/** Ids of a Droplet and of what belongs to it; the address is the reserved IP's name. */
export interface Everything {
    readonly id: number;
    readonly volume: string;
    readonly address: string;
    readonly addressId: string;
    readonly snapshot: string;
    readonly volumeSnapshot: string;
}

function line({ method, path, status }: LoggedRequest): string {
    return `${method} ${path.replace(/^\/v2\//, "")} ${status}`;
}

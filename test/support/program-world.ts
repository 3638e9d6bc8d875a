import assert from "node:assert/strict";

import { TeardownWorld, type PluginProcess, type ProcessOptions, type Stored } from "./teardown-world.js";

const EXECUTOR_URN = "urn:pulumi:dev::app::pulumi-nodejs:dynamic/droplet-teardown:DropletTeardown::";
const RECORD_URN =
    "urn:pulumi:dev::app::digitalocean:index/droplet:Droplet$pulumi-nodejs:dynamic/droplet-teardown:DropletRecord::";
export const STACK_TAG = "teardown:app:dev";

/** What a program says of its `Droplet`. */
export interface ProgramArgs {
    /** "web" unless it is told. */
    readonly resourceName?: string;
    readonly policy?: unknown;
    readonly keep?: readonly string[];
    /** What resources of the program attach. */
    readonly attached?: readonly string[];
    /** What its record alone is told: an `up` has left out the executor. */
    readonly managed?: readonly string[];
    readonly volumeIds?: readonly string[];
    readonly team?: string;
    readonly dropletName?: string;
    readonly enabled?: boolean;
    readonly imported?: boolean;
    readonly retained?: boolean;
    readonly finalSnapshot?: boolean | string;
    readonly gracefulShutdown?: boolean;
    readonly ttl?: string;
    /** Of another team than the stack's. */
    readonly token?: string;
}

/** What the engine stores of a `Droplet`. */
export interface StoredProgram {
    readonly executor: Stored;
    readonly record: Stored | null;
    readonly dropletId: number;
    readonly tag: string;
}

/** A program with one `Droplet`, told by its handlers: what the engine calls, in its order. */
export class ProgramWorld extends TeardownWorld {
    /** Of executors, by their tags. */
    readonly #teams = new Map<string, string>();

    /** The executor alone, as an `up` leaves it that is cut short. */
    async executor(args: ProgramArgs = {}, process = this.process()): Promise<Stored> {
        const { policy = "destroy", keep = [], enabled = true, dropletName, resourceName = "web" } = args;
        const { finalSnapshot = false, gracefulShutdown = false } = args;
        const { inputs, failures } = await process.check(
            {},
            {
                policy,
                keep,
                enabled,
                finalSnapshot,
                gracefulShutdown,
                resourceName,
                stackTag: STACK_TAG,
                resourceUrn: EXECUTOR_URN + resourceName,
                ...(dropletName === undefined ? {} : { dropletName }),
                ...(args.ttl === undefined ? {} : { ttl: args.ttl, argumentsDigest: "0123456789abcdef" }),
                ...(args.token === undefined ? {} : { token: args.token }),
            },
        );
        assert.deepEqual(failures, []);
        const { outs } = await this.run(process.create(inputs));
        this.#teams.set(String(outs.tag), String(outs.accountId));
        return outs;
    }

    recordInputs(tag: string, dropletId: number, args: ProgramArgs = {}): Stored {
        const { policy = "destroy", keep = [], enabled = true, imported = false, retained = false } = args;
        const { attached = [], managed = [], volumeIds = [], team = this.#teams.get(tag) } = args;
        const resourceUrn = RECORD_URN + (args.resourceName ?? "web");
        const token = args.token === undefined ? {} : { token: args.token };
        const own = team === undefined ? token : { ...token, team };
        const declared = { attached, managed, volumeIds };
        return {
            dropletId,
            tag,
            policy,
            keep,
            ...declared,
            enabled,
            imported,
            retained,
            resourceUrn,
            ...own,
        };
    }

    async record(
        tag: string,
        dropletId: number,
        args: ProgramArgs = {},
        process: PluginProcess = this.process(),
    ): Promise<Stored> {
        const { inputs, failures } = await process.record.check({}, this.recordInputs(tag, dropletId, args));
        assert.deepEqual(failures, []);
        return (await this.run(process.record.create(inputs))).outs;
    }

    /** A whole `up`, with a snapshot taken of the Droplet afterwards. */
    async up(args: ProgramArgs = {}): Promise<StoredProgram> {
        const executor = await this.executor(args);
        const tag = String(executor.tag);
        const { id } = this.simulator.panel.createDroplet("web-1", { tags: [STACK_TAG, tag] });
        const record = await this.record(tag, id, args);
        this.simulator.panel.takeSnapshot(id, "nightly");
        this.simulator.clearRequests();
        return { executor, record, dropletId: id, tag };
    }

    /** `pulumi destroy` in one plugin process: the record, then the executor. */
    async destroy({ executor, record }: StoredProgram, options: ProcessOptions = {}): Promise<void> {
        const process = this.process(options);
        if (record !== null) {
            await this.run(process.record.delete("record-1", record));
        }
        await this.run(process.delete("teardown-1", executor));
    }

    /** The same, insisting that it fails; returns the message. */
    async failedDestroy(program: StoredProgram, options: ProcessOptions = {}): Promise<string> {
        const outcome: unknown = await this.destroy(program, options).then(
            () => "succeeded",
            (error: unknown) => error,
        );
        assert.ok(outcome instanceof Error, "the destroy succeeded");
        return outcome.message;
    }

    tagNames(): string[] {
        return this.simulator.state().tags.map(({ name }) => name);
    }
}

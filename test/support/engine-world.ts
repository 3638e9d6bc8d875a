import assert from "node:assert/strict";

import {
    startServer,
    type Delivery,
    type Drop,
    type Grant,
    type LoggedRequest,
    type RunningServer,
    type Settings,
    type Simulator,
} from "../../simulator/index.js";
import type { Engine } from "../../tools/engine/engine.js";
import { inTimeFrom, quickClock } from "./quick-time.js";
import { replay, replayClock, type Recorded } from "./replay.js";
import type { StoredStack } from "./stored-stack.js";
import { EngineProject, type ProjectOptions, type RunResult, type StateResource } from "./engine.js";
import { createTestSimulator } from "./simulated.js";

/** Quick enough to wait for; a destroy still outlasts the provider's first looks at it. Volumes are full. */
const QUICK: Partial<Settings> = {
    bootMs: 200,
    actionMs: 200,
    deleteDelayMs: 200,
    destroyDurationMs: 3_000,
    volumeWrittenGigabytes: Infinity,
};

export interface WorldOptions extends Partial<Omit<ProjectOptions, "engine" | "simulatorUrl" | "stored">> {
    readonly engine: Engine;
    readonly program: string;
    readonly settings?: Partial<Settings>;
    readonly grants?: Readonly<Record<string, Grant>>;
}

/** Is called after each request has taken effect, and awaited before it is answered; may answer something else. */
type OnRequest = (request: Recorded["request"]) => Promise<Delivery | Drop | undefined>;

interface Watched {
    onRequest: OnRequest;
}

/** What brings another world to the same place: what came in, and what the engine has stored. */
export interface WorldImage {
    readonly originMs: number;
    readonly requests: readonly Recorded[];
    readonly stored: StoredStack;
}

/** One DigitalOcean, and one Pulumi project that works on it. */
export class EngineWorld {
    private constructor(
        readonly simulator: Simulator,
        readonly project: EngineProject,
        readonly server: RunningServer,
        private readonly watched: Watched,
        /** For other worlds to begin here. Only for worlds that nothing but the engine has changed. */
        readonly image: () => Promise<WorldImage>,
    ) {}

    /** @param image where another world was, with the same options; nothing has happened yet without it */
    static async open(
        { settings, grants, env, ...options }: WorldOptions,
        image?: WorldImage,
    ): Promise<EngineWorld> {
        const originMs = image?.originMs ?? Date.now();
        const clock = replayClock(quickClock(originMs));
        const simulator = createTestSimulator({
            clock,
            settings: { ...QUICK, ...settings },
            ...(grants === undefined ? {} : { tokens: grants }),
        });
        await replay(image?.requests ?? [], simulator, clock);
        const watched: Watched = { onRequest: () => Promise.resolve(undefined) };
        const requests: Recorded[] = [];
        const server = await startServer(
            {
                ...simulator,
                exchange: async (request, signal) => {
                    requests.push({ monotonicMs: clock.monotonicMs(), request });
                    const delivery = await simulator.exchange(request, signal);
                    return (await watched.onRequest(request)) ?? delivery;
                },
            },
            { port: 0 },
        );
        const project = await EngineProject.create({
            ...{ token: TOKEN, ...options, simulatorUrl: server.url },
            ...(image === undefined ? {} : { stored: image.stored }),
            env: { ...inTimeFrom(originMs), ...env },
        });
        const takeImage = async (): Promise<WorldImage> => ({
            ...{ originMs, requests, stored: await project.stored() },
        });
        return new EngineWorld(simulator, project, server, watched, takeImage);
    }

    set onRequest(call: OnRequest) {
        this.watched.onRequest = call;
    }

    async close(): Promise<void> {
        await this.project.cleanup();
        await this.server.close();
    }

    /** The number of the only Droplet there is. */
    dropletId(): number {
        const [droplet, ...others] = this.simulator.state().droplets;
        assert.ok(droplet !== undefined && others.length === 0, "there is not exactly one Droplet");
        return droplet.id;
    }

    /** What has asked DigitalOcean to destroy something other than tags, oldest first: "DELETE …/selective 202". */
    destroyRequests(): string[] {
        return this.ownRequests()
            .filter(({ method, path }) => method !== "GET" && !path.startsWith("/v2/tags"))
            .map(({ method, path, status }) => `${method} ${path.replace(/^.*\//, "")} ${status}`);
    }

    /** Requests of this package, not of the official provider. */
    ownRequests(): LoggedRequest[] {
        return this.simulator
            .requests()
            .filter(({ userAgent }) => userAgent.startsWith("pulumi-droplet-teardown/"));
    }

    /** Kinds of which something is left. */
    left(): string[] {
        const { droplets, volumes, reservedIps, snapshots, tags } = this.simulator.state();
        const kinds = { droplets, volumes, reservedIps, snapshots, tags };
        return Object.entries(kinds).flatMap(([kind, all]) => (all.length === 0 ? [] : [kind]));
    }

    /** The teardown as state holds it, or a component's executor; undefined when it is not there. */
    teardown(): Promise<StateResource | undefined> {
        return this.#inState("(?:DropletTeardown|DropletExecutor)");
    }

    /** The record of a Droplet as state holds it; undefined when it is not there. */
    record(): Promise<StateResource | undefined> {
        return this.#inState("DropletRecord");
    }

    async #inState(type: string): Promise<StateResource | undefined> {
        const all = await this.project.resources();
        const own = new RegExp(`^(?:pulumi-nodejs:dynamic/droplet-teardown|droplet-teardown:index):${type}$`);
        return all.find((resource) => own.test(resource.type));
    }
}

/** A personal access token that every simulator accepts unless it is told otherwise. */
export const TOKEN = personalToken("0");

export function personalToken(digit: string): string {
    return `dop_v1_${digit.repeat(64)}`;
}

/** Insists on exit code 0. */
export async function succeeds(running: Promise<RunResult>): Promise<RunResult> {
    const result = await running;
    assert.equal(result.code, 0, text(result));
    return result;
}

/** Insists on a failure that the engine itself reports. */
export async function fails(running: Promise<RunResult>): Promise<RunResult> {
    const result = await running;
    assert.ok(result.code !== 0 && result.code !== null, text(result));
    return result;
}

/** Everything that was printed. */
export function text({ stdout, stderr }: RunResult): string {
    return stdout + stderr;
}

/** What stands below the teardown, or below the record, in the engine's diagnostics; durations in it as "Ns". */
export function diagnostics(
    result: RunResult,
    type: "DropletTeardown" | "DropletRecord" | "DropletExecutor" = "DropletTeardown",
): string {
    const lines = result.stdout.split("\n");
    const heads = ["pulumi-nodejs:dynamic/droplet-teardown", "droplet-teardown:index"];
    const start = lines.findIndex((line) => heads.some((head) => line.startsWith(`  ${head}:${type} (`)));
    const rest = lines.slice(start + 1);
    const end = rest.findIndex((line) => !line.startsWith("    "));
    return rest
        .slice(0, end)
        .map((line) => line.slice(4))
        .join("\n")
        .replace(/ in (?:\d+m )?\d+s\./g, " in Ns.");
}

/** A text that is written indented, without its indentation and the line breaks around it. */
export function block(indented: string): string {
    const lines = indented.replace(/^\n|\n *$/g, "").split("\n");
    const margin = Math.min(...lines.filter((line) => line.trim() !== "").map((line) => line.search(/\S/)));
    return lines.map((line) => line.slice(margin)).join("\n");
}

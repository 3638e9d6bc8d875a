import { randomBytes, randomUUID } from "node:crypto";
import { appendFile } from "node:fs/promises";
import { version } from "./version.js";
import { createNodeFetch } from "./digitalocean/node-fetch.js";
import type { Fetch } from "./digitalocean/fetch.js";
import { connectEngine, type Engine } from "./engine.js";
import { systemClock, type Clock } from "./polling/clock.js";

/** Everything outside the process that the provider uses. */
export interface Surroundings {
    readonly env: (name: string) => string | undefined;
    readonly clock: Clock;
    /** Uniform in [0, 1). */
    readonly random: () => number;
    readonly newId: () => string;
    readonly randomHex: (bytes: number) => string;
    readonly fetch: Fetch;
    readonly engine: Engine;
    /** Appends text to a file. */
    readonly appendFile: (path: string, text: string) => Promise<void>;
    readonly userAgent: string;
    /** This package's version. */
    readonly version: string;
}

/** Enough for an answer in flight. */
const LEAVES_AFTER_MS = 1_000;

/** The one place where the plugin process gets its effects. */
export function pluginProcess(): Surroundings {
    return {
        env: (name) => process.env[name],
        clock: systemClock,
        random: Math.random,
        newId: randomUUID,
        randomHex: (bytes) => randomBytes(bytes).toString("hex"),
        fetch: createNodeFetch(),
        engine: connectEngine(process.argv[2], () => setTimeout(() => process.exit(0), LEAVES_AFTER_MS)),
        appendFile: (path, text) => appendFile(path, text),
        version,
        userAgent: `pulumi-droplet-teardown/${version}`,
    };
}

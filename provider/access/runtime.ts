import { randomBytes, randomUUID } from "node:crypto";
import { appendFile } from "node:fs/promises";
import { createRequire } from "node:module";
import type { Fetch } from "../digitalocean/connection.js";
import { createNodeFetch } from "../digitalocean/node-fetch.js";
import { connectEngine, type Engine } from "./engine.js";
import { type Clock, systemClock } from "../polling/clock.js";

/** This package's own version; a package can resolve itself by name. */
export const version: string = (
    createRequire(__filename)("pulumi-droplet-teardown/package.json") as { version: string }
).version;

/** What to tell people whose token is missing or rejected: where it is set differs by front end. */
export interface TokenAdvice {
    /** The whole message if there is no token. */
    readonly missing: string;
    /** What to do if DigitalOcean accepts none: whole sentences. */
    readonly rejected: string;
}

/** For resources of a Pulumi program. */
export const STACK_TOKEN_ADVICE: TokenAdvice = {
    missing:
        "there is no DigitalOcean token: set it with `pulumi config set --secret digitalocean:token`, " +
        "or in DIGITALOCEAN_TOKEN or DIGITALOCEAN_ACCESS_TOKEN",
    rejected:
        "A destroy runs with the stack configuration of the last `pulumi up`: set DIGITALOCEAN_TOKEN to a valid " +
        "token of the same team and run it again, or `pulumi config set --secret digitalocean:token` and `pulumi up`",
};

/** Everything outside the handlers that they use: a front end passes it in. */
export interface Runtime {
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
    readonly tokenAdvice: TokenAdvice;
    readonly userAgent: string;
    /** This package's version. */
    readonly version: string;
}

/** Enough for an answer in flight. */
const LEAVES_AFTER_MS = 1_000;

/** The one place where the plugin process gets its effects. */
export function pluginProcess(): Runtime {
    return {
        env: (name) => process.env[name],
        clock: systemClock,
        random: Math.random,
        newId: randomUUID,
        randomHex: (bytes) => randomBytes(bytes).toString("hex"),
        fetch: createNodeFetch(),
        engine: connectEngine(process.argv[2], () => setTimeout(() => process.exit(0), LEAVES_AFTER_MS)),
        appendFile: (path, text) => appendFile(path, text),
        tokenAdvice: STACK_TOKEN_ADVICE,
        version,
        userAgent: `pulumi-droplet-teardown/${version}`,
    };
}

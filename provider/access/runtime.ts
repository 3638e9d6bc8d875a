import { randomBytes, randomUUID } from "node:crypto";
import { appendFile } from "node:fs/promises";
import type { Fetch } from "../digitalocean/connection.js";
import { createNodeFetch } from "../digitalocean/node-fetch.js";
import type { Engine } from "./engine.js";
import { type Clock, systemClock } from "../polling/clock.js";

/** What to tell people whose token is missing or rejected: where it is set differs by front end. */
export interface TokenAdvice {
    /** The whole message if there is no token. */
    readonly missing: string;
    /** What to do if DigitalOcean accepts none: whole sentences. */
    readonly rejected: string;
}

/** For resources of a Pulumi program that reads the configuration of the official provider. */
export const STACK_TOKEN_ADVICE = stackTokenAdvice("digitalocean:token");

/**
 * For resources of a Pulumi program.
 * @param key the configuration key of the token
 * @param why why it is that one; a clause in parentheses
 */
export function stackTokenAdvice(key: string, why = ""): TokenAdvice {
    return {
        missing:
            `there is no DigitalOcean token: set it with \`pulumi config set --secret ${key}\`${why}, ` +
            "or in DIGITALOCEAN_TOKEN or DIGITALOCEAN_ACCESS_TOKEN",
        rejected:
            "A destroy runs with the stack configuration of the last `pulumi up`: set DIGITALOCEAN_TOKEN to a valid " +
            `token of the same team and run it again, or \`pulumi config set --secret ${key}\` and \`pulumi up\``,
    };
}

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
    /** Whose stack configuration has token and endpoint: what comes before the colon of their keys. */
    readonly configuration: string;
    readonly tokenAdvice: TokenAdvice;
    readonly userAgent: string;
    /** This package's version. */
    readonly version: string;
}

/** What differs by front end. */
export type FrontEnd = Pick<Runtime, "version" | "configuration" | "tokenAdvice"> & {
    /**
     * @param args arguments of the process
     * @param leave ends this process, once its engine is gone
     */
    readonly connect: (args: readonly string[], leave: () => void) => Engine;
};

/** Enough for an answer in flight. */
const LEAVES_AFTER_MS = 1_000;

/** The one place where a plugin process gets its effects. */
export function pluginProcess({ connect, ...frontEnd }: FrontEnd): Runtime {
    return {
        ...frontEnd,
        env: (name) => process.env[name],
        clock: systemClock,
        random: Math.random,
        newId: randomUUID,
        randomHex: (bytes) => randomBytes(bytes).toString("hex"),
        fetch: createNodeFetch(),
        engine: connect(process.argv.slice(2), () => setTimeout(() => process.exit(0), LEAVES_AFTER_MS)),
        appendFile: (path, text) => appendFile(path, text),
        userAgent: `pulumi-droplet-teardown/${frontEnd.version}`,
    };
}

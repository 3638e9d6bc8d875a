import type * as grpc from "@grpc/grpc-js";
import type * as engineMessages from "@pulumi/pulumi/proto/engine_pb";
import type { EngineClient } from "@pulumi/pulumi/proto/engine_grpc_pb";
import { randomBytes, randomUUID } from "node:crypto";
import { appendFile } from "node:fs/promises";
import { createRequire } from "node:module";

import { type Fetch, redactTokens } from "../digitalocean/connection.js";
import { createNodeFetch } from "../digitalocean/node-fetch.js";
import { type Clock, systemClock } from "../polling/clock.js";
import { AbandonedError } from "../teardown/errors.js";
import type { Narrator } from "../teardown/ports.js";

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
type FrontEnd = Pick<Runtime, "version" | "configuration" | "tokenAdvice"> & {
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

/** The engine that started this plugin process. */
export interface Engine {
    /** Shows a line on a resource's row; the next line replaces an ephemeral one. */
    readonly log: (line: string, urn: string, ephemeral: boolean) => Promise<void>;
    /** Rejects with an `AbandonedError` once the engine is gone. */
    readonly ensureAlive: () => Promise<void>;
    /** Rejects with the engine's own words where it is not in the range, such as ">=3.225.1". */
    readonly requireVersion: (range: string) => Promise<void>;
}

/** For a process that no engine started: it shows nothing and never loses its engine. */
export const NO_ENGINE: Engine = {
    log: () => Promise.resolve(),
    ensureAlive: () => Promise.resolve(),
    requireVersion: () => Promise.resolve(),
};

/** An engine that does not answer for this long counts as gone. */
const PATIENCE_MS = 30_000;

/**
 * Connects to the engine at `address`, "127.0.0.1:PORT": the first argument of a plugin process. The client
 * is that of the installed `@pulumi/pulumi`; without one, nothing can be shown.
 * @param leave called when nobody listens at the address: a killed engine does not end its plugins
 */
export function connectEngine(address: string | undefined, leave?: () => void): Engine {
    const sdk = address === undefined ? null : loadSdk();
    return address === undefined || sdk === null ? NO_ENGINE : engineAt(address, sdk, leave);
}

/** The same with a given client. */
export function engineAt(address: string, sdk: EngineSdk, leave: () => void = () => undefined): Engine {
    const client = new sdk.Client(address, sdk.grpc.credentials.createInsecure());
    const gone = new Set<number>([sdk.grpc.status.UNAVAILABLE, sdk.grpc.status.DEADLINE_EXCEEDED]);
    const options = (): grpc.CallOptions => ({ deadline: Date.now() + PATIENCE_MS });
    return {
        log: (line, urn, ephemeral) =>
            new Promise((resolve) => {
                const request = new sdk.messages.LogRequest();
                request.setSeverity(sdk.messages.LogSeverity.INFO);
                request.setMessage(line);
                request.setUrn(urn);
                request.setEphemeral(ephemeral);
                // A line that cannot be shown is ignored; ensureAlive finds out whether the engine is gone.
                client.log(request, new sdk.grpc.Metadata(), options(), () => resolve());
            }),
        ensureAlive: () =>
            new Promise((resolve, reject) => {
                const request = new sdk.messages.GetRootResourceRequest();
                client.getRootResource(request, new sdk.grpc.Metadata(), options(), (error) => {
                    // Any other error is an answer: the engine is alive.
                    if (error?.code === sdk.grpc.status.UNAVAILABLE) {
                        leave();
                    }
                    if (error !== null && gone.has(error.code)) {
                        reject(new AbandonedError("the Pulumi engine is gone"));
                    } else {
                        resolve();
                    }
                });
            }),
        requireVersion: (range) =>
            new Promise((resolve, reject) => {
                const request = new sdk.messages.RequirePulumiVersionRequest();
                request.setPulumiVersionRange(range);
                client.requirePulumiVersion(request, new sdk.grpc.Metadata(), options(), (error) => {
                    if (error === null) {
                        resolve();
                    } else {
                        reject(new Error(error.details, { cause: error }));
                    }
                });
            }),
    };
}

/** The parts of Pulumi's SDK that talk to an engine. */
interface EngineSdk {
    readonly grpc: Pick<typeof grpc, "credentials" | "Metadata" | "status">;
    readonly messages: Pick<
        typeof engineMessages,
        "LogRequest" | "LogSeverity" | "GetRootResourceRequest" | "RequirePulumiVersionRequest"
    >;
    readonly Client: typeof EngineClient;
}

function loadSdk(): EngineSdk | null {
    const here = createRequire(__filename);
    try {
        const sdk = createRequire(here.resolve("@pulumi/pulumi/package.json"));
        const services = sdk("@pulumi/pulumi/proto/engine_grpc_pb") as { EngineClient: typeof EngineClient };
        return {
            grpc: sdk("@grpc/grpc-js") as typeof grpc,
            messages: sdk("@pulumi/pulumi/proto/engine_pb") as typeof engineMessages,
            Client: services.EngineClient,
        };
    } catch (error) {
        if ((error as NodeJS.ErrnoException).code === "MODULE_NOT_FOUND") {
            return null;
        }
        throw error;
    }
}

/**
 * Reports one resource to the engine: progress on its row, only on change, and permanent lines.
 * @param secrets removed from every line, as is anything that looks like a token
 */
export function narrateTo(
    engine: Engine,
    urn: string | undefined,
    secrets: readonly string[] = [],
): Narrator {
    let shown = "";
    const tell = (text: string, ephemeral: boolean): Promise<void> =>
        urn === undefined
            ? Promise.resolve()
            : // A line that cannot be shown stops nothing.
              engine.log(redactTokens(text, secrets), urn, ephemeral).catch(() => undefined);
    return {
        announce: (text) => tell(text, false),
        progress: (text) => {
            if (text !== shown) {
                shown = text;
                void tell(text, true);
            }
        },
    };
}

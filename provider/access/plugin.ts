import { type ClientFor, createClients } from "./clients.js";
import { type Access, credentials, endpoint, secretsOf, type TokenSources } from "./credentials.js";
import { Declarations, RecordHandoff, RunningExecutors } from "../ownership/declarations.js";
import type { Endpoint } from "../digitalocean/connection.js";
import { redactTokens } from "../digitalocean/redact.js";
import { narrateTo } from "./engine.js";
import type { CommonInputs } from "../stored/inputs.js";
import type { Runtime } from "./runtime.js";
import { RefusedError } from "../teardown/errors.js";
import type { Narrator } from "../teardown/ports.js";

/** Where a teardown took place, for its report. */
export interface ReportContext {
    readonly endpoint: Endpoint;
    readonly account: string | null;
    /** Removes secrets from a text. */
    readonly redact: (text: string) => string;
    /** The lines that this process has not said yet. */
    readonly once: (lines: readonly string[]) => readonly string[];
}

/** The part of Pulumi's `ConfigureRequest` in use: `get` takes a full key such as `digitalocean:token`. */
export interface ConfigureRequest {
    readonly config: { get(key: string): string | undefined };
}

/** What all resources of a plugin process share. */
export class Plugin {
    readonly runtime: Runtime;
    readonly sources: TokenSources;
    readonly declarations = new Declarations();
    readonly handoff = new RecordHandoff();
    readonly executors = new RunningExecutors();
    readonly #clientFor: ClientFor;
    readonly #said = new Set<string>();
    #config: TokenSources["config"] = () => undefined;

    constructor(runtime: Runtime) {
        this.runtime = runtime;
        const { env, configuration } = runtime;
        this.sources = { config: (key) => this.#config(key), env, configuration };
        this.#clientFor = createClients(runtime);
    }

    /** Stores the configuration before it returns: a concurrent call may follow at once. */
    configure(request: ConfigureRequest): Promise<void> {
        this.#config = (key) => request.config.get(key);
        return Promise.resolve();
    }

    narrate(inputs: CommonInputs): Narrator {
        const secrets = credentials(inputs.token, this.sources).map(({ token }) => token);
        return narrateTo(this.runtime.engine, inputs.resourceUrn, secrets);
    }

    /** @throws RefusedError if there is no token */
    access(inputs: CommonInputs): Access {
        const found = credentials(inputs.token, this.sources);
        if (found.length === 0) {
            throw new RefusedError(this.runtime.tokenAdvice.missing, { code: "no-token" });
        }
        return {
            credentials: found,
            endpoint: endpoint(inputs.apiEndpoint, this.sources),
            clientFor: this.#clientFor,
            advice: this.runtime.tokenAdvice,
        };
    }

    /** Where a delete takes place, for its reports. */
    reportContext(inputs: CommonInputs, account: string | null): ReportContext {
        const access = this.access(inputs);
        return {
            endpoint: access.endpoint,
            account,
            redact: (text) => redactTokens(text, secretsOf(access)),
            once: (lines) => {
                const news = lines.filter((line) => !this.#said.has(line));
                news.forEach((line) => this.#said.add(line));
                return news;
            },
        };
    }
}

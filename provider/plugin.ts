import { type Client, type ClientFor, createClients } from "./clients.js";
import {
    type Access,
    type Attempt,
    credentials,
    endpoint,
    NO_TOKEN,
    secretsOf,
    type Settings,
    type Subject,
    withToken,
} from "./credentials.js";
import { Declarations, InFlight, LastWords } from "./declarations.js";
import { redactTokens } from "./digitalocean/redact.js";
import { type CommonInputs, timeoutOf } from "./inputs.js";
import type { Place } from "./conclude.js";
import { narrateTo, type Surroundings } from "./runtime.js";
import { withDeadline } from "./teardown/deadline.js";
import type { Narrator } from "./teardown/ports.js";
import { AuthenticationError, RefusedError } from "./teardown/errors.js";

/** The part of Pulumi's `ConfigureRequest` in use: `get` takes a full key such as `digitalocean:token`. */
export interface ConfigureRequest {
    readonly config: { get(key: string): string | undefined };
}

/** What all resources of a plugin process share. */
export class Plugin {
    readonly surroundings: Surroundings;
    readonly settings: Settings;
    readonly declarations = new Declarations();
    readonly lastWords = new LastWords();
    readonly inFlight = new InFlight();
    readonly #clientFor: ClientFor;
    #config: Settings["config"] = () => undefined;

    constructor(surroundings: Surroundings) {
        this.surroundings = surroundings;
        this.settings = { config: (key) => this.#config(key), env: surroundings.env };
        this.#clientFor = createClients(surroundings);
    }

    /** Stores the configuration before it returns: a concurrent call may follow at once. */
    configure(request: ConfigureRequest): Promise<void> {
        this.#config = (key) => request.config.get(key);
        return Promise.resolve();
    }

    narrate(inputs: CommonInputs): Narrator {
        const secrets = credentials(inputs.token, this.settings).map(({ token }) => token);
        return narrateTo(this.surroundings.engine, inputs.resourceUrn, secrets);
    }

    /** @throws RefusedError if there is no token */
    access(inputs: CommonInputs): Access {
        const found = credentials(inputs.token, this.settings);
        if (found.length === 0) {
            throw new RefusedError(NO_TOKEN);
        }
        return {
            credentials: found,
            endpoint: endpoint(inputs.apiEndpoint, this.settings),
            clientFor: this.#clientFor,
        };
    }

    /** Where a delete takes place, for its reports. */
    place(inputs: CommonInputs, account: string | null): Place {
        const access = this.access(inputs);
        return {
            endpoint: access.endpoint,
            account,
            redact: (text) => redactTokens(text, secretsOf(access)),
        };
    }

    /** Runs the work with the first accepted token, within the timeout of the inputs. */
    attempt<T>(
        inputs: CommonInputs,
        subject: Subject,
        work: (client: Client, signal: AbortSignal) => Promise<Attempt<T>>,
    ): Promise<Attempt<T>> {
        const { clock, env } = this.surroundings;
        const access = this.access(inputs);
        return withDeadline(clock, timeoutOf(inputs, env), undefined, (signal) =>
            withToken(access, subject, signal, (client) => work(client, signal)),
        );
    }

    /**
     * The same for work that a 401 ends.
     * @throws AuthenticationError if no token is accepted
     */
    async work<T>(
        inputs: CommonInputs,
        subject: Subject,
        work: (client: Client, signal: AbortSignal) => Promise<T>,
    ): Promise<T> {
        const attempt = await this.attempt(inputs, subject, (client, signal) =>
            unlessRejected(work(client, signal)),
        );
        if (attempt.rejected !== null) {
            throw attempt.rejected;
        }
        return attempt.value as T;
    }
}

async function unlessRejected<T>(work: Promise<T>): Promise<Attempt<T | null>> {
    try {
        return { value: await work, rejected: null };
    } catch (error) {
        if (error instanceof AuthenticationError) {
            return { value: null, rejected: error };
        }
        throw error;
    }
}

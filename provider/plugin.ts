import { createClients, type Client, type ClientFor } from "./clients.js";
import { credentials, endpoint, NO_TOKEN, type Settings } from "./credentials.js";
import { Declarations } from "./declarations.js";
import { redactTokens } from "./digitalocean/redact.js";
import type { CommonInputs } from "./inputs.js";
import type { Place } from "./keep-record.js";
import { narrateTo } from "./narrator.js";
import { LastWords } from "./ownership/heard.js";
import { InFlight } from "./ownership/in-flight.js";
import type { Surroundings } from "./surroundings.js";
import { withDeadline } from "./teardown/deadline.js";
import type { Narrator } from "./teardown/effects.js";
import { AuthenticationError, RefusedError } from "./teardown/errors.js";
import { secretsOf, withToken, type Access, type Attempt, type Subject } from "./with-token.js";
import { timeoutOf } from "./wishes.js";

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

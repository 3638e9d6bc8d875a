import { credentials } from "../provider/credentials.js";
import { redactTokens } from "../provider/digitalocean/redact.js";
import type { Output, Surroundings } from "./surroundings.js";

/** Removes this run's token, and anything that looks like a token, from a text. */
export function redactorOf({ env }: Pick<Surroundings, "env">): (text: string) => string {
    const secrets = credentials(undefined, { config: () => undefined, env }).map(({ token }) => token);
    return (text) => redactTokens(text, secrets);
}

/** The same runtime with a terminal that shows no secrets: names come unredacted from the API. */
export function withoutSecrets(surroundings: Surroundings): Surroundings {
    const { stdout, stderr, ask } = surroundings;
    const redact = redactorOf(surroundings);
    return {
        ...surroundings,
        stdout: redacting(stdout, redact),
        stderr: redacting(stderr, redact),
        ask: ask === null ? null : (question) => ask(redact(question)),
    };
}

function redacting(output: Output, redact: (text: string) => string): Output {
    return {
        write: (text) => output.write(redact(text)),
        isTerminal: output.isTerminal,
        get columns() {
            return output.columns;
        },
    };
}

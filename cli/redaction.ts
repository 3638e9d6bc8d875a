import { credentials } from "../provider/credentials.js";
import { redactTokens } from "../provider/digitalocean/redact.js";
import type { Output, Surroundings } from "./surroundings.js";

/** Takes the token that this run uses, and whatever looks like one, out of a text. */
export function redactorOf({ env }: Pick<Surroundings, "env">): (text: string) => string {
    const secrets = credentials(undefined, { config: () => undefined, env }).map(({ token }) => token);
    return (text) => redactTokens(text, secrets);
}

/** The same surroundings, whose terminal shows no secret: names come from the API as they are. */
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

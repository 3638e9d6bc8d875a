import { credentials } from "../provider/credentials.js";
import { redactTokens } from "../provider/digitalocean/redact.js";
import type { Output, Runtime } from "./runtime.js";

/** Removes this run's token, and anything that looks like a token, from a text. */
export function redactorOf({ env }: Pick<Runtime, "env">): (text: string) => string {
    const secrets = credentials(undefined, { config: () => undefined, env }).map(({ token }) => token);
    return (text) => redactTokens(text, secrets);
}

/** The same runtime with a terminal that shows no secrets: names come unredacted from the API. */
export function withoutSecrets(runtime: Runtime): Runtime {
    const { stdout, stderr, ask } = runtime;
    const redact = redactorOf(runtime);
    return {
        ...runtime,
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

import { redactTokens } from "./digitalocean/redact.js";
import type { Engine } from "./engine.js";
import type { Narrator } from "./teardown/effects.js";

/**
 * Tells the engine about one resource: progress on its row, only when it changes, and lines that stay.
 * @param secrets are taken out of every line, as is whatever looks like a token
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

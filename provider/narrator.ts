import { redactTokens } from "./digitalocean/redact.js";
import type { Engine } from "./engine.js";
import type { Narrator } from "./teardown/effects.js";

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

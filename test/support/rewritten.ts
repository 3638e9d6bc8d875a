import type { CliWorld } from "./cli-world.js";

/** DigitalOcean, whose answers at addresses with this end are rewritten. */
export function rewritten(
    { simulator }: CliWorld,
    end: string,
    edit: (text: string) => string,
): CliWorld["simulator"]["fetch"] {
    return async (url, init) => {
        const answer = await simulator.fetch(url, init);
        if (!url.endsWith(end) || answer.status !== 200) {
            return answer;
        }
        const text = edit(await answer.text());
        const body = (async function* () {
            yield Buffer.from(text);
        })();
        return { ...answer, body, text: async () => text };
    };
}

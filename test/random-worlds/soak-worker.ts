import { serveJob } from "./job.js";
import { MUTATIONS } from "./mutations.js";
import { NAMED_WORLDS } from "./named/index.js";

serveJob({
    mutations: MUTATIONS,
    named: NAMED_WORLDS,
    load: async () => {
        const { describeCounterexample, tryNamed, tryWorld } = await import("./search.js");
        return {
            tryNamed: ({ world }) => tryNamed(world),
            tryNumber: async (seed, options) => {
                const found = await tryWorld(seed, options);
                return found && { error: found.error, describe: () => describeCounterexample(found) };
            },
        };
    },
});

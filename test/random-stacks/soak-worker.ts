import { serveJob } from "../random-worlds/job.js";
import { LIFE_MUTATIONS } from "./mutations.js";
import { NAMED_LIVES } from "./named.js";

serveJob({
    mutations: LIFE_MUTATIONS,
    named: NAMED_LIVES,
    load: async () => {
        const { describeBadLife, tryLife, tryNamedLife } = await import("./search.js");
        return {
            tryNamed: ({ life }) => tryNamedLife(life),
            tryNumber: async (seed, options) => {
                const found = await tryLife(seed, options);
                return found && { error: found.error, describe: () => describeBadLife(found) };
            },
        };
    },
});

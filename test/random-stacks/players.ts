import type { Players } from "../random-worlds/play-range.js";

/** Who plays lives: one takes longer than ten worlds. */
export const PLAYERS: Pick<Players, "worker" | "batch"> = {
    worker: require.resolve("./soak-worker.js"),
    batch: 1_000,
};

import { EXTRAS, KINDS } from "./draw.js";
import { type Program, WEB } from "./program.js";

/** One of each shape of what programs of random lives consist of, but for those that are rare. */
export const SHAPES: Program = {
    droplets: KINDS.flatMap((kind) => [
        ...EXTRAS.flatMap((extras) => [
            { ...WEB, kind, ...extras },
            { ...WEB, kind, ...extras, formerly: "former" },
            { ...WEB, kind, ...extras, isNamed: true, imports: 1 },
        ]),
        { ...WEB, kind, ttl: "7d" },
    ]),
    bare: [null, "pets"].flatMap((requireTag) =>
        [false, true].map((hasSibling) => ({
            ...{ name: "bare", dropletId: 1, policy: "destroy" as const, keep: [], finalSnapshot: false },
            ...{ requireTag, hasSibling, ttl: null },
        })),
    ),
};

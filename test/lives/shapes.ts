import { EXTRAS, KINDS } from "./draw.js";
import { type Program, WEB } from "./program.js";

/** One of each shape of what programs of random lives consist of. */
export const SHAPES: Program = {
    droplets: KINDS.flatMap((kind) =>
        [null, "former"].flatMap((formerly) =>
            EXTRAS.map((extras) => ({ ...WEB, kind, formerly, ...extras })),
        ),
    ),
    bare: [null, "pets"].flatMap((requireTag) =>
        [false, true].map((hasSibling) => ({
            ...{ name: "bare", dropletId: 1, policy: "destroy" as const, keep: [] },
            ...{ requireTag, hasSibling },
        })),
    ),
};

import { isDeepStrictEqual } from "node:util";
import { INPUT_PROPERTIES } from "./inputs.js";
import { isUnknown } from "./unknown.js";

const ALL = [...new Set(Object.values(INPUT_PROPERTIES).flat())];

/** The properties whose change is an update. Never a replacement: that would destroy the Droplet. */
export function changedProperties(
    olds: Readonly<Record<string, unknown>>,
    news: Readonly<Record<string, unknown>>,
): string[] {
    return ALL.filter(
        (property) =>
            isUnknown(news[property]) || !isDeepStrictEqual(olds[property] ?? null, news[property] ?? null),
    );
}

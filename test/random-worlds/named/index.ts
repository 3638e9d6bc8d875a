import { CALM, type World } from "../world.js";
import { AIMED } from "./aimed.js";
import { FOUND } from "./found.js";
import { FOUND_BY_COMMAND } from "./found-by-command.js";
import { FOUND_WIDER } from "./found-wider.js";
import { TOLERATED } from "./tolerated.js";

type Named = Readonly<Record<string, Partial<World>>>;

/** Worlds with a name, which says what they show, and how they differ from a calm one; by what they are about. */
export const NAMED: Readonly<Record<string, Named>> = {
    "worlds of a program that the search has found": FOUND,
    "worlds of the command line that the search has found": FOUND_BY_COMMAND,
    "worlds of the wider search in which it has found a fault": FOUND_WIDER,
    "worlds that the search once judged wrongly": TOLERATED,
    "worlds in which a deliberate fault would be seen": AIMED,
};

/** All of them, in one order. */
export const NAMED_WORLDS = Object.values(NAMED)
    .flatMap((worlds) => Object.entries(worlds))
    .map(([name, world]): { readonly name: string; readonly world: World } => ({
        name,
        world: { ...CALM, ...world },
    }));

import { assertFreshReads } from "../../support/fresh-reads.js";
import { Violation } from "../../random-worlds/violation.js";
import type { RunEvent } from "./event.js";
import { checkExpiry } from "./expiry.js";
import { checkFinal } from "./final.js";
import { checkForgotten } from "./forgotten.js";
import { checkKept } from "./kept.js";
import { checkLeftBehind } from "./left-behind.js";
import { checkOneDestroy } from "./one-destroy.js";
import { checkSaid } from "./said.js";
import { checkStored } from "./stored.js";
import { checkTags } from "./tags.js";

export type { RunEvent } from "./event.js";
export { checkSweep } from "./expiry.js";
export { checkQuiet } from "./quiet.js";

/** What must hold after each run of the engine. */
export function checkEvent(event: RunEvent): void {
    checkKept(event);
    checkFinal(event);
    checkForgotten(event);
    checkStored(event);
    checkSaid(event);
    checkReads(event);
    checkOneDestroy(event);
    checkLeftBehind(event);
    checkExpiry(event);
    checkTags(event);
}

/** What we destroy rests on reads made after the last wait. */
function checkReads({ earlier, requests }: RunEvent): void {
    const ours = (sent: RunEvent["requests"]): RunEvent["requests"] =>
        sent.filter(({ userAgent }) => userAgent.startsWith("pulumi-droplet-teardown/"));
    try {
        assertFreshReads(ours(requests), ours(earlier));
    } catch (error) {
        throw new Violation("what is destroyed was read after the last wait", (error as Error).message);
    }
}

/** Loaded first into the processes of an engine test: replaces the two clocks that everything there waits by. */
import { systemClock } from "../../provider/polling/clock.js";
import { machineClock } from "../../simulator/clock.js";
import { originMsIn, quickClock } from "./quick-time.js";

const originMs = originMsIn(process.env);
if (originMs !== undefined) {
    const quick = quickClock(originMs);
    Object.assign(systemClock, quick);
    Object.assign(machineClock, quick);
}

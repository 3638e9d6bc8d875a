import { type Handlers, RecordHandlers, TeardownHandlers, forEngine } from "./handlers.js";
import { Plugin } from "../access/plugin.js";
import type { Runtime } from "../access/runtime.js";

/** The handlers of both resources. They share what a plugin process shares: configuration, schedule, declarations. */
export function createHandlers(runtime: Runtime): Readonly<Record<"teardown" | "record", Handlers>> {
    const plugin = new Plugin(runtime);
    return {
        teardown: forEngine(new TeardownHandlers(plugin)),
        record: forEngine(new RecordHandlers(plugin)),
    };
}

import { type Handlers, RecordHandlers, TeardownHandlers, withStackErrors } from "./handlers.js";
import { Plugin } from "../access/plugin.js";
import type { Runtime } from "../access/runtime.js";

/** The handlers of both resources. They share what a plugin process shares: configuration, schedule, declarations. */
export function createHandlers(runtime: Runtime): Readonly<Record<"teardown" | "record", Handlers>> {
    const plugin = new Plugin(runtime);
    return {
        teardown: withStackErrors(new TeardownHandlers(plugin)),
        record: withStackErrors(new RecordHandlers(plugin)),
    };
}

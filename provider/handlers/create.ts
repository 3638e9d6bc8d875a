import { type Handlers, RecordHandlers, TeardownHandlers, forEngine } from "./handlers.js";
import type { Plugin } from "../access/plugin.js";

/** The handlers of both resources. They share what a plugin process shares: configuration, schedule, declarations. */
export function createHandlers(plugin: Plugin): Readonly<Record<"teardown" | "record", Handlers>> {
    return {
        teardown: forEngine(new TeardownHandlers(plugin)),
        record: forEngine(new RecordHandlers(plugin)),
    };
}

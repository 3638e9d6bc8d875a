/**
 * What the provider stored in users' state calls: the subpath and these names never change.
 * @packageDocumentation
 */
import { Plugin } from "./plugin.js";
import { recordHandlers } from "./record-handlers.js";
import { pluginProcess } from "./surroundings.js";
import { teardownHandlers } from "./teardown-handlers.js";

const plugin = new Plugin(pluginProcess());

export const teardown = teardownHandlers(plugin);
export const record = recordHandlers(plugin);
export type { Handlers } from "./handlers.js";

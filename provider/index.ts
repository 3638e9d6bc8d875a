/**
 * What the provider stored in users' state calls: the subpath and these names never change.
 * @packageDocumentation
 */
import { firstState } from "./first-state.js";
import { Plugin } from "./plugin.js";
import { recordHandlers } from "./record-handlers.js";
import { pluginProcess } from "./surroundings.js";
import { teardownHandlers } from "./teardown-handlers.js";

const plugin = new Plugin(pluginProcess());

export const teardown = teardownHandlers(plugin);
export const record = recordHandlers(plugin);

export const { configure, check, diff, create, read, update } = firstState;
const remove = firstState.delete;
export { remove as delete };
export type { Handlers } from "./handlers.js";

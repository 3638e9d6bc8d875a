/**
 * What the provider stored in users' state calls: the subpath and these names never change.
 * @packageDocumentation
 */
import { createHandlers, type Handlers } from "./handlers.js";
import { pluginProcess } from "./surroundings.js";

const handlers: Handlers = createHandlers(pluginProcess());

export const { configure, check, diff, create, read, update } = handlers;
const remove = handlers.delete;
export { remove as delete };
export type { Handlers, ConfigureRequest } from "./handlers.js";

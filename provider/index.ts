/**
 * The entry point of the provider stored in users' state: this subpath and these names never change.
 * @packageDocumentation
 */
import { withStackErrors } from "./handlers/handlers.js";
import { Plugin } from "./access/plugin.js";
import { RecordHandlers } from "./handlers/record-handlers.js";
import { pluginProcess } from "./access/runtime.js";
import { TeardownHandlers } from "./handlers/teardown-handlers.js";

const plugin = new Plugin(pluginProcess());

/**
 * The handlers of `DropletTeardown`: of a teardown by id, and of the executor that a `Droplet` creates.
 * @example
 * ```ts
 * import { teardown } from "pulumi-droplet-teardown/provider";
 *
 * const { inputs, failures } = await teardown.check({}, { dropletId: 3164494, policy: "destroy" });
 * ```
 */
export const teardown = withStackErrors(new TeardownHandlers(plugin));
/**
 * The handlers of `DropletRecord`.
 * @example
 * ```ts
 * import { record } from "pulumi-droplet-teardown/provider";
 *
 * const { changes } = await record.diff("id", { dropletId: 3164494 }, { dropletId: 3164495 });
 * ```
 */
export const record = withStackErrors(new RecordHandlers(plugin));

export type { Handlers } from "./handlers/handlers.js";

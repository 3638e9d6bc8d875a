/**
 * The entry point of the provider stored in users' state: this subpath and these names never change.
 * @packageDocumentation
 */
import { createHandlers } from "./handlers/handlers.js";
import { Plugin } from "./access/plugin.js";
import { connectEngine, pluginProcess, STACK_TOKEN_ADVICE } from "./access/runtime.js";
import { version } from "./access/version.js";

const handlers = createHandlers(
    new Plugin(
        pluginProcess({
            version,
            configuration: "digitalocean",
            tokenAdvice: STACK_TOKEN_ADVICE,
            connect: ([address], leave) => connectEngine(address, leave),
        }),
    ),
);

/**
 * The handlers of `DropletTeardown`: of a teardown by id, and of the executor that a `Droplet` creates.
 * @example
 * ```ts
 * import { teardown } from "pulumi-droplet-teardown/provider";
 *
 * const { inputs, failures } = await teardown.check({}, { dropletId: 3164494, policy: "destroy" });
 * ```
 */
export const teardown = handlers.teardown;
/**
 * The handlers of `DropletRecord`.
 * @example
 * ```ts
 * import { record } from "pulumi-droplet-teardown/provider";
 *
 * const { changes } = await record.diff("id", { dropletId: 3164494 }, { dropletId: 3164495 });
 * ```
 */
export const record = handlers.record;

export type { Handlers } from "./handlers/handlers.js";

import type { Checked, CheckFailure } from "./check.js";
import { changedProperties } from "./diff.js";
import { credentials, endpoint, NO_TOKEN, type Settings } from "./credentials.js";
import type { ConfigureRequest } from "./plugin.js";
import { RefusedError } from "./teardown/errors.js";
import { isUnknown } from "./unknown.js";

export type Props = Readonly<Record<string, unknown>>;

/**
 * What the engine calls, by the names that the provider stored in users' state uses. A handler rejects with an
 * error whose message is for people and is redacted; `check` resolves with the failures instead. Inputs may hold
 * `pulumi.runtime.unknownValue` where a value is not known yet, and `token` is a secret.
 * @example
 * ```ts
 * import { teardown, type Handlers } from "pulumi-droplet-teardown/provider";
 *
 * const handlers: Handlers = teardown;
 * await handlers.configure({ config: { get: (key) => process.env[key.toUpperCase().replace(":", "_")] } });
 * ```
 */
export interface Handlers {
    /** Keeps the configuration before it returns: a concurrent call may follow at once. */
    readonly configure: (request: ConfigureRequest) => Promise<void>;
    /** Resolves with the completed inputs, and with each property that is not valid; never rejects for those. */
    readonly check: (olds: Props, news: Props) => Promise<Checked>;
    /** Whether an update is needed; there is never a replacement. */
    readonly diff: (id: string, olds: Props, news: Props) => Promise<{ changes: boolean }>;
    /** Reads what belongs to the Droplet, and destroys nothing. Rejects where the token sees no such Droplet. */
    readonly create: (inputs: Props) => Promise<{ id: string; outs: Record<string, unknown> }>;
    /** An answer without an id: nothing is left to tear down. */
    readonly read: (id: string, props: Props) => Promise<{ id?: string; props?: Record<string, unknown> }>;
    /** Reads again, with the new inputs. */
    readonly update: (id: string, olds: Props, news: Props) => Promise<{ outs: Record<string, unknown> }>;
    /** Resolves only when everything that was to go is verified to be gone; rejects with the report. */
    readonly delete: (id: string, props: Props) => Promise<void>;
}

/** There is never a replacement: that would destroy the Droplet. */
export async function diff(_id: string, olds: Props, news: Props): Promise<{ changes: boolean }> {
    return { changes: changedProperties(olds, news).length > 0 };
}

/** An id that was managed once stays so: it may leave the program while it is still on the Droplet. */
export function stillManaged(inputs: Record<string, unknown>, olds: Props): Record<string, unknown> {
    const [managed, before] = [inputs.managed, olds.managed];
    return Array.isArray(managed) && Array.isArray(before) && !isUnknown(before)
        ? { ...inputs, managed: [...new Set([...(before as unknown[]), ...(managed as unknown[])])] }
        : inputs;
}

/** What is wrong outside the arguments, told at preview already; what is given has its own check. */
export function settingFailures(given: Props, settings: Settings): CheckFailure[] {
    const hasNoToken = given.token == null && credentials(undefined, settings).length === 0;
    const failures = hasNoToken ? [{ property: "token", reason: NO_TOKEN }] : [];
    if (given.apiEndpoint != null) {
        return failures;
    }
    try {
        endpoint(undefined, settings);
        return failures;
    } catch (error) {
        if (error instanceof RefusedError) {
            return [...failures, { property: "digitalocean:apiEndpoint", reason: error.message }];
        }
        throw error;
    }
}

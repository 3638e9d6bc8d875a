import { isDeepStrictEqual } from "node:util";
import { INPUT_PROPERTIES, isUnknown, type InputsKind, type Props } from "../stored/inputs.js";
import { type Checked, type CheckFailure, checkInputs } from "../stored/check.js";
import { configurationKey, credentials, endpoint } from "../access/credentials.js";
import type { ConfigureRequest, Plugin } from "../access/plugin.js";
import type { Limits } from "../access/task.js";
import { asStackError } from "../lifecycle/stack-error.js";
import { knownOr, RefusedError } from "../teardown/errors.js";

const ALL = [...new Set(Object.values(INPUT_PROPERTIES).flat())];

/** The properties whose change is an update. Never a replacement: newer engines would replace the Droplet as well. */
export function changedProperties(olds: Props, news: Props): string[] {
    return ALL.filter(
        (property) =>
            isUnknown(news[property]) || !isDeepStrictEqual(olds[property] ?? null, news[property] ?? null),
    );
}

/**
 * The functions that the engine calls, by their names in the provider stored in users' state. A handler rejects
 * with an error whose redacted message is for people; `check` resolves with the failures instead. Inputs may
 * contain `pulumi.runtime.unknownValue` for unknown values, and `token` is a secret.
 * @example
 * ```ts
 * import { teardown, type Handlers } from "pulumi-droplet-teardown/provider";
 *
 * const handlers: Handlers = teardown;
 * await handlers.configure({ config: { get: (key) => process.env[key.toUpperCase().replace(":", "_")] } });
 * ```
 */
export interface Handlers {
    /** Stores the configuration before it returns: a concurrent call may follow at once. */
    readonly configure: (request: ConfigureRequest) => Promise<void>;
    /** Resolves with the completed inputs and every invalid property; never rejects for those. */
    readonly check: (olds: Props, news: Props) => Promise<Checked>;
    /** Whether an update is needed; there is never a replacement. */
    readonly diff: (id: string, olds: Props, news: Props) => Promise<{ changes: boolean }>;
    /**
     * Reads the Droplet's inventory, or creates the tag of a `Droplet`'s teardown; a record also creates the tag that
     * names its Droplet. Destroys nothing. Rejects if the Droplet is not visible to the token.
     */
    readonly create: (
        inputs: Props,
        limits?: Limits,
    ) => Promise<{ id: string; outs: Record<string, unknown> }>;
    /** A result without an id: nothing is left to tear down. */
    readonly read: (
        id: string,
        props: Props,
        limits?: Limits,
    ) => Promise<{ id?: string; props?: Record<string, unknown> }>;
    /** Reads again, with the new inputs. */
    readonly update: (
        id: string,
        olds: Props,
        news: Props,
        limits?: Limits,
    ) => Promise<{ outs: Record<string, unknown> }>;
    /**
     * Resolves only when everything to be destroyed is verified to be gone; rejects with the report.
     */
    readonly delete: (id: string, props: Props, limits?: Limits) => Promise<void>;
}

/** What one of the handlers returns. */
export type Result<Name extends keyof Handlers> = ReturnType<Handlers[Name]>;

/** What the handlers of both resources have in common. */
export abstract class ResourceHandlers implements Pick<Handlers, "configure" | "diff"> {
    protected readonly plugin: Plugin;

    constructor(plugin: Plugin) {
        this.plugin = plugin;
    }

    configure(request: ConfigureRequest): Promise<void> {
        return this.plugin.configure(request);
    }

    /** Never a replacement: newer engines would replace the Droplet as well. */
    async diff(_id: string, olds: Props, news: Props): Promise<{ changes: boolean }> {
        return { changes: changedProperties(olds, news).length > 0 };
    }

    /** The completed inputs, and what is wrong with the arguments or with the settings. Declares the resource. */
    protected checkArguments(kind: InputsKind, olds: Props, news: Props): Checked {
        const { inputs, failures } = checkInputs(kind, news);
        this.plugin.declarations.declare(inputs);
        return {
            inputs: stillDeclared(inputs, olds),
            failures: [...failures, ...settingFailures(news, this.plugin)],
        };
    }
}

/** What a program has once declared: it may leave the program while it is still attached to the Droplet. */
const STAYING = ["managed", "volumeIds"] as const;

function stillDeclared(inputs: Record<string, unknown>, olds: Props): Record<string, unknown> {
    const both = STAYING.flatMap((property) => {
        const [now, before]: unknown[] = [inputs[property], olds[property]];
        return Array.isArray(now) && Array.isArray(before)
            ? [[property, [...new Set([...(before as unknown[]), ...(now as unknown[])])]]]
            : [];
    });
    return { ...inputs, ...(Object.fromEntries(both) as Record<string, unknown>) };
}

/** Problems outside the arguments, reported at preview; the arguments have their own checks. */
function settingFailures(given: Props, { sources, runtime }: Plugin): CheckFailure[] {
    const hasNoToken = given.token == null && credentials(undefined, sources).length === 0;
    const failures = hasNoToken ? [{ property: "token", reason: runtime.tokenAdvice.missing }] : [];
    if (given.apiEndpoint != null) {
        return failures;
    }
    try {
        endpoint(undefined, sources);
        return failures;
    } catch (thrown) {
        return knownOr(thrown, RefusedError, (error) => [
            ...failures,
            { property: configurationKey("apiEndpoint", sources), reason: error.message },
        ]);
    }
}

/** Handlers for the Pulumi engine: whatever they reject with is fit for its screen. */
export function withStackErrors(handlers: Handlers): Handlers {
    return {
        configure: (request) => handlers.configure(request),
        check: (olds, news) => handlers.check(olds, news),
        diff: (id, olds, news) => handlers.diff(id, olds, news),
        create: (inputs, limits) => asStackError(() => handlers.create(inputs, limits)),
        read: (id, props, limits) => asStackError(() => handlers.read(id, props, limits)),
        update: (id, olds, news, limits) => asStackError(() => handlers.update(id, olds, news, limits)),
        delete: (id, props, limits) => asStackError(() => handlers.delete(id, props, limits)),
    };
}

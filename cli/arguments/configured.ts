import { printable } from "../../provider/teardown/format.js";
import { DEFAULT_TEMPLATE, templateFailure } from "../../provider/teardown/plan.js";
import { resolvePolicy } from "../../provider/teardown/policy.js";
import type { Config } from "./config.js";
import { type ConfigUse, type NamedPolicy, UsageError } from "./invocation.js";
import { readPolicy } from "./option-values.js";
import type { TypedOptions } from "./program.js";

/** A configuration file that was read. */
export interface LoadedConfig {
    readonly path: string;
    readonly config: Config;
}

/** What the command line and a file say together. */
interface Configured {
    readonly options: TypedOptions;
    readonly policies: readonly NamedPolicy[];
    readonly use: ConfigUse;
}

/** Options that a file may set, with their keys in it. */
const KEYS = [
    ["tagName", "--tag-name", "select.tagName"],
    ["expired", "--expired", "select.expired"],
    ["olderThan", "--older-than", "select.olderThan"],
    ["includeStacks", "--include-stacks", "select.includeStacks"],
    ["maxDroplets", "--max-droplets", "limits.maxDroplets"],
    ["timeout", "--timeout", "limits.timeout"],
    ["retries", "--retries", "limits.retries"],
    ["account", "--account", "guards.account"],
    ["requireMatch", "--require-match", "guards.requireMatch"],
] as const;

/**
 * The command line wins; what protects (keep, tags) adds up. Droplets that are named on it are selected instead of
 * those of the file.
 */
export function configured(
    named: readonly string[],
    typed: TypedOptions,
    { path, config }: LoadedConfig,
): Configured {
    const { select = {}, limits = {}, guards = {}, policies = {} } = config;
    const own = named.length > 0 ? {} : select;
    const ofFile = defined({
        tagName: own.tagName,
        expired: own.expired,
        olderThan: own.olderThan,
        includeStacks: own.includeStacks,
        maxDroplets: limits.maxDroplets?.toString(),
        timeout: limits.timeout,
        retries: limits.retries?.toString(),
        account: guards.account,
        requireMatch: guards.requireMatch,
    });
    const tags = [...(guards.requireTags ?? []), ...(typed.requireTag ?? [])];
    const given = typed.policy === undefined ? null : readPolicy(typed.policy);
    const instead = (what: string): string => (given === null ? what : `--policy, not ${what}`);
    const all = Object.entries(policies).map(([name, { policy, names = [], tags = [], ...more }]) => ({
        title: instead(`policy ${name} of ${printable(path)}`),
        policy: given ?? resolvePolicy(policy),
        keep: [...(config.keep ?? []), ...(more.keep ?? [])],
        finalSnapshot: toTemplate(more.finalSnapshot, { name, path }),
        names,
        tags,
    }));
    const rest = {
        title: instead(`no policy of ${printable(path)}, which has none`),
        policy: given ?? resolvePolicy("keep"),
        keep: config.keep ?? [],
        ...{ finalSnapshot: null, names: [], tags: [] },
    };
    return {
        options: { ...ofFile, ...typed, ...(tags.length === 0 ? {} : { requireTag: tags }) },
        policies: all.length > 0 ? all : [rest],
        use: {
            path,
            overridden: KEYS.filter(
                ([name]) => name in ofFile && name in typed && typed[name] !== ofFile[name],
            ).map(([, option, key]) => `${option}, not ${key}`),
            hasPolicies: all.length > 0,
            policyGiven: given !== null,
        },
    };
}

function defined(options: Readonly<Record<string, string | boolean | undefined>>): TypedOptions {
    return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
}

function toTemplate(
    given: boolean | string | undefined,
    { name, path }: { readonly name: string; readonly path: string },
): string | null {
    if (typeof given !== "string") {
        return given === true ? DEFAULT_TEMPLATE : null;
    }
    const failure = templateFailure(given.trim());
    if (failure !== null) {
        throw new UsageError(`policies.${name}.finalSnapshot of ${printable(path)}: it ${failure}`);
    }
    return given.trim();
}

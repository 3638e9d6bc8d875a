import * as pulumi from "@pulumi/pulumi";
import { matchesGlob } from "../provider/teardown/policy.js";
import type { Policy } from "./policy.js";
import type { DropletTeardownSettings, TeardownOptions } from "./teardown-args.js";

/**
 * Settings for some Droplets of a program; a setting that is not given is the one for all Droplets.
 * @example
 * ```ts
 * import type { DropletRule } from "pulumi-droplet-teardown";
 *
 * const databases: DropletRule = { policy: "keep", finalSnapshot: true };
 * tearDownDroplets({ policy: "destroy", droplets: { "pg-*": databases } });
 * ```
 */
export interface DropletRule extends TeardownOptions {
    /** What happens to the associated resources. */
    policy?: pulumi.Input<Policy>;
    /**
     * False leaves the Droplet alone: nothing is registered for it. First hand back a Droplet that this package
     * already tears down; see `handBack`. Default: as for all Droplets.
     */
    enabled?: boolean;
    /**
     * True hands the Droplet back to the official provider with the next `pulumi up`; after that, the rule can
     * set `enabled: false`. Default: false.
     */
    handBack?: boolean;
}

/**
 * Teardown settings for all Droplets of a program.
 * @example
 * ```ts
 * import type { WholeProgramSettings } from "pulumi-droplet-teardown";
 *
 * const settings: WholeProgramSettings = {
 *     policy: "destroy",
 *     keep: ["golden-*"],
 *     droplets: { builder: { enabled: false } },
 * };
 * tearDownDroplets(settings);
 * ```
 */
export interface WholeProgramSettings extends TeardownOptions {
    /** What happens to the associated resources. Required: nothing is destroyed by default. */
    policy: pulumi.Input<Policy>;
    /**
     * Rules by resource name of the Droplet, with wildcards `*` and `?`; the first match applies, and a name that is a
     * whole number comes first, because JavaScript orders such keys so. A rule's `keep` adds to the `keep` for all
     * Droplets.
     */
    droplets?: Readonly<Record<string, DropletRule>>;
    /**
     * False hands all Droplets back to the official provider. Run `pulumi up` with `enabled: false` before you
     * remove the call. Default: true.
     */
    enabled?: boolean;
}

/** Resolves the settings of each Droplet, and tracks which rules matched. */
export class Rules {
    readonly #unmatched: Set<string>;

    constructor(private readonly settings: WholeProgramSettings) {
        this.#unmatched = new Set(Object.keys(settings.droplets ?? {}));
    }

    /** The settings for a Droplet resource of this name; null if it is left alone. */
    settingsFor(name: string): DropletTeardownSettings | null {
        const { droplets = {}, ...all } = this.settings;
        const pattern = Object.keys(droplets).find((glob) => matchesGlob(glob, name));
        if (pattern === undefined) {
            return all;
        }
        this.#unmatched.delete(pattern);
        const { handBack = false, keep, ...rule } = droplets[pattern] ?? {};
        if (rule.enabled === false && !handBack) {
            return null;
        }
        return {
            policy: rule.policy ?? all.policy,
            keep: both(all.keep, keep),
            timeout: rule.timeout ?? all.timeout,
            finalSnapshot: rule.finalSnapshot ?? all.finalSnapshot,
            retries: rule.retries ?? all.retries,
            ttl: rule.ttl ?? all.ttl,
            token: rule.token ?? all.token,
            enabled: !handBack && (rule.enabled ?? all.enabled),
        };
    }

    /** Patterns of rules that have matched no Droplet so far. */
    unmatched(): string[] {
        return [...this.#unmatched];
    }
}

type Names = TeardownOptions["keep"];

/** Two plain lists yield a plain list, whose entries still show which resource they come from. */
function both(all: Names, own: Names): Names {
    if (all === undefined || own === undefined) {
        return own ?? all;
    }
    return Array.isArray(all) && Array.isArray(own)
        ? [...all, ...own]
        : pulumi.all([all, own]).apply((lists) => lists.flat());
}

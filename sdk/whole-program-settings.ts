import * as pulumi from "@pulumi/pulumi";
import { matchesGlob } from "../provider/teardown/glob.js";
import type { Policy } from "./policy.js";
import type { DropletTeardownSettings, TeardownOptions } from "./teardown-args.js";

/**
 * What some Droplets of a program have of their own; what it does not say is as for all of them.
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
     * False: the Droplet is left alone, and nothing is registered for it. One that is torn down by this
     * package already is handed back first: see `handBack`. Default: as for all Droplets.
     */
    enabled?: boolean;
    /**
     * True: hands the Droplet back to the official provider with the next `pulumi up`; afterwards the rule may
     * say `enabled: false`. Default: false.
     */
    handBack?: boolean;
}

/**
 * How the Droplets of a whole program are torn down.
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
     * Rules by the name of a Droplet's resource, with `*` and `?`: the first one that matches counts. What it
     * names in `keep` stays beside what `keep` names for all.
     */
    droplets?: Readonly<Record<string, DropletRule>>;
    /**
     * False: hands all Droplets back to the official provider. Run `pulumi up` with it before you remove the
     * call. Default: true.
     */
    enabled?: boolean;
}

/** The settings of each Droplet of a program, and which of the rules were of any use. */
export class Rules {
    readonly #unmatched: Set<string>;

    constructor(private readonly settings: WholeProgramSettings) {
        this.#unmatched = new Set(Object.keys(settings.droplets ?? {}));
    }

    /** What a Droplet's resource of this name is torn down with; null: it is left alone. */
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
            token: rule.token ?? all.token,
            enabled: !handBack && (rule.enabled ?? all.enabled),
        };
    }

    /** Patterns of rules that no Droplet came under so far. */
    unmatched(): string[] {
        return [...this.#unmatched];
    }
}

type Names = TeardownOptions["keep"];

/** Where both are plain lists the result is one, whose entries tell which resource made them. */
function both(all: Names, own: Names): Names {
    if (all === undefined || own === undefined) {
        return own ?? all;
    }
    return Array.isArray(all) && Array.isArray(own)
        ? [...all, ...own]
        : pulumi.all([all, own]).apply((lists) => lists.flat());
}

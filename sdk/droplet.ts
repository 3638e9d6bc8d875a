import * as digitalocean from "@pulumi/digitalocean";
import { aroundDroplet } from "./around-droplet.js";
import type { DropletRecord } from "./droplet-record.js";
import type { DropletTeardown } from "./droplet-teardown.js";
import { refuseDeletedWith, refuseUnsupported, type DropletOptions } from "./droplet-options.js";
import { refuseUnknownSettings } from "./known-settings.js";
import { HAS_OWN_TEARDOWN } from "./own-teardown.js";
import type { DropletTeardownSettings } from "./teardown-args.js";

/**
 * The arguments of `digitalocean.Droplet`, plus `teardown`.
 * @example
 * ```ts
 * import type { DropletArgs } from "pulumi-droplet-teardown";
 *
 * const small: DropletArgs = {
 *     image: "ubuntu-24-04-x64",
 *     size: "s-1vcpu-1gb",
 *     teardown: { policy: "destroy", keep: ["pg-backup-*"] },
 * };
 * ```
 */
export interface DropletArgs extends digitalocean.DropletArgs {
    /** How the Droplet is destroyed. Default: only the Droplet is destroyed, everything associated stays. */
    teardown?: DropletTeardownSettings;
}

/**
 * A `digitalocean.Droplet` that is destroyed completely: the official provider creates and updates it, and its
 * `teardown` destroys it. Without `teardown.policy`, everything associated stays, and the report lists it with its
 * cost.
 * @throws RunError for the options `deletedWith`, and `ignoreChanges` or `replaceOnChanges` on `tags`, and for settings
 * that it does not have
 */
export class Droplet extends digitalocean.Droplet {
    /** @internal */
    static readonly [HAS_OWN_TEARDOWN] = true;
    /** Destroys the Droplet when it is deleted. */
    declare readonly teardown: DropletTeardown;
    /** Lists the Droplet's associated resources and their cost. */
    declare readonly record: DropletRecord;

    constructor(name: string, args: DropletArgs, opts: DropletOptions = {}) {
        refuseDeletedWith(opts);
        refuseUnsupported(opts, "Droplet", "name other properties");
        const { teardown: given, ...own } = args;
        refuseUnknownSettings(`Droplet ${JSON.stringify(name)}: teardown`, given, "settings");
        const around = aroundDroplet(name, own, given ?? {}, opts);
        super(name, around.args, around.opts);
        this.teardown = around.executor;
        this.record = around.record(this);
    }
}

import * as digitalocean from "@pulumi/digitalocean";
import { aroundDroplet } from "./around-droplet.js";
import type { DropletRecord } from "./droplet-record.js";
import type { DropletTeardown } from "./droplet-teardown.js";
import { refuseDeletedWith, refuseUnsupported, type DropletOptions } from "./droplet-options.js";
import { HAS_OWN_TEARDOWN } from "./own-teardown.js";
import type { DropletTeardownSettings } from "./teardown-args.js";

/**
 * Every argument of `digitalocean.Droplet`, and how it is torn down.
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
    /** How the Droplet is destroyed. Default: the Droplet alone, everything associated stays. */
    teardown?: DropletTeardownSettings;
}

/**
 * A `digitalocean.Droplet` that is destroyed completely: the official provider creates and updates it, its
 * `teardown` destroys it. Without `teardown.policy` everything associated stays, and is reported with its cost.
 * @throws RunError for the options `deletedWith`, and `ignoreChanges` or `replaceOnChanges` on `tags`
 */
export class Droplet extends digitalocean.Droplet {
    /** @internal */
    static readonly [HAS_OWN_TEARDOWN] = true;
    /** Destroys the Droplet: the executor of its delete. */
    declare readonly teardown: DropletTeardown;
    /** What belongs to the Droplet, and what that costs. */
    declare readonly record: DropletRecord;

    constructor(name: string, args: DropletArgs, opts: DropletOptions = {}) {
        refuseDeletedWith(opts);
        refuseUnsupported(opts, "Droplet", "name other properties");
        const { teardown = {}, ...own } = args;
        const around = aroundDroplet(name, own, teardown, opts);
        super(name, around.args, around.opts);
        this.teardown = around.executor;
        this.record = around.record(this.id);
    }
}

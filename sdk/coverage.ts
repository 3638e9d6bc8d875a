import type * as pulumi from "@pulumi/pulumi";
import { refuseUnsupported } from "./droplet-options.js";
import type { DropletTeardownSettings } from "./teardown-args.js";
import type { Rules } from "./whole-program-settings.js";

/**
 * How `tearDownDroplets` tears a Droplet down. Null: it is left alone, as it is read, deleted with something
 * else, or disabled by a rule.
 * @throws RunError for options under which the Droplet could not be found
 */
export function coverage(
    name: string,
    opts: pulumi.CustomResourceOptions,
    rules: Rules,
): DropletTeardownSettings | null {
    const teardown = isLeftAlone(opts) ? null : rules.settingsFor(name);
    if (teardown !== null) {
        const rule = `${JSON.stringify(name)}: { enabled: false }`;
        refuseUnsupported(
            opts,
            `tearDownDroplets: Droplet ${JSON.stringify(name)}`,
            `name other properties, or leave this Droplet out with the rule droplets: { ${rule} }`,
        );
    }
    return teardown;
}

/** What is read, or deleted with something else. */
function isLeftAlone({ id, urn, deletedWith }: pulumi.CustomResourceOptions): boolean {
    return id !== undefined || urn !== undefined || deletedWith !== undefined;
}

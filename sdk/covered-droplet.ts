import type * as pulumi from "@pulumi/pulumi";
import { aroundDroplet, type AroundDroplet } from "./around-droplet.js";
import { refuseUnsupported } from "./droplet-options.js";
import type { Rules } from "./whole-program-settings.js";

/**
 * Registers the executor of a Droplet that `tearDownDroplets` covers. Undefined: the Droplet is left alone, as
 * it is read, deleted with something else, or disabled by a rule.
 * @throws RunError for options under which the Droplet could not be found
 */
export function cover<Args extends Parameters<typeof aroundDroplet>[1]>(
    name: string,
    args: Args,
    opts: pulumi.CustomResourceOptions,
    rules: Rules,
): AroundDroplet<Args> | undefined {
    const teardown = isLeftAlone(opts) ? null : rules.settingsFor(name);
    if (teardown === null) {
        return undefined;
    }
    const rule = `${JSON.stringify(name)}: { enabled: false }`;
    refuseUnsupported(
        opts,
        `tearDownDroplets: Droplet ${JSON.stringify(name)}`,
        `name other properties, or leave this Droplet out with the rule droplets: { ${rule} }`,
    );
    return aroundDroplet(name, args, teardown, opts);
}

/** What is read, or deleted with something else. */
function isLeftAlone({ id, urn, deletedWith }: pulumi.CustomResourceOptions): boolean {
    return id !== undefined || urn !== undefined || deletedWith !== undefined;
}

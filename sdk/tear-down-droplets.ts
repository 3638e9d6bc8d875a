import * as pulumi from "@pulumi/pulumi";
import { aroundDroplet, DROPLET_TYPE } from "./around-droplet.js";
import { coverage } from "./coverage.js";
import { supportsTransforms } from "./engine-support.js";
import { refuseUnknownSettings } from "./known-settings.js";
import { noteAttachments } from "./managed.js";
import { hasOwnTeardown } from "./own-teardown.js";
import { atProgramEnd } from "./program-end.js";
import { ProgramError } from "./program-error.js";
import { RemoteDroplets } from "./remote-droplets.js";
import { registeredBelow, stackOfProgram, transformEverythingBelow } from "./stack-resource.js";
import { Rules, type WholeProgramSettings } from "./whole-program-settings.js";

/** Set on the stack's resource, visible to other copies of this package but not to other programs. */
const CALLED = Symbol.for("pulumi-droplet-teardown/whole-program");

/**
 * Makes every `digitalocean.Droplet` that the program registers afterwards be destroyed completely on delete,
 * including those in components of other packages. Call it once, at the top of the program. Each Droplet gets a
 * teardown before it, a record after it and two tags, like this package's `Droplet`. It skips Droplets that are
 * read (`get`), this package's `Droplet`, Droplets with `deletedWith`, and those that a rule excludes. It covers
 * Droplets of remote components, which other processes register. In unit tests with mocks, which have no stack, it
 * only validates its settings.
 * @throws RunError without `policy`, for settings that it does not have, after the first Droplet or remote component, or
 * on a second call
 * @example
 * ```ts
 * tearDownDroplets({
 *     policy: { default: "destroy", volumes: "prevent" },
 *     droplets: { "pg-*": { policy: "keep" } },
 * });
 * const web = new digitalocean.Droplet("web", args); // destroyed completely as well
 * ```
 */
export function tearDownDroplets(settings: WholeProgramSettings): void {
    if ((settings as Partial<WholeProgramSettings> | undefined)?.policy === undefined) {
        throw refusal('policy is required: "destroy", "keep" or "prevent", for all or by kind');
    }
    refuseUnknownSettings("tearDownDroplets", settings, "all");
    for (const [pattern, rule] of Object.entries(settings.droplets ?? {})) {
        refuseUnknownSettings(`tearDownDroplets: the rule ${JSON.stringify(pattern)}`, rule, "rule");
    }
    const stack = stackOfProgram();
    if (stack === undefined) {
        return;
    }
    refuseLate(stack);
    Object.defineProperty(stack, CALLED, { value: true });
    noteAttachments();
    const rules = new Rules(settings);
    const remote = new RemoteDroplets(rules);
    transformEverythingBelow(stack, (resource) => transform(resource, rules, remote));
    void atProgramEnd(stack, async () => {
        remote.record();
        await warnOfUnmatched(rules);
    });
}

function refuseLate(stack: pulumi.Resource): void {
    if (CALLED in stack) {
        throw refusal("it was called before; call it once, with rules in `droplets` for what differs");
    }
    const registered = registeredBelow(stack);
    const early = registered.find(({ type }) => type === DROPLET_TYPE);
    if (early !== undefined) {
        throw refusal(
            `the Droplet ${JSON.stringify(early.name)} is registered already, and would be left out; ` +
                "call it at the top of the program",
        );
    }
    const component = supportsTransforms() && registered.find(({ isRemote }) => isRemote);
    if (component) {
        throw refusal(
            `the remote component ${JSON.stringify(component.name)} is registered already, and Droplets that ` +
                "it makes would be left out; call it at the top of the program",
        );
    }
}

function transform(
    { resource, type, name, props, opts }: pulumi.ResourceTransformationArgs,
    rules: Rules,
    remote: RemoteDroplets,
): pulumi.ResourceTransformationResult | undefined {
    if (type !== DROPLET_TYPE) {
        const reaching = remote.reaching(resource, opts);
        return reaching === undefined ? undefined : { props, opts: reaching };
    }
    remote.leaveOut(name, opts);
    const teardown = hasOwnTeardown(resource) ? null : coverage(name, opts, rules);
    if (teardown === null) {
        return undefined;
    }
    const around = aroundDroplet(name, props, teardown, opts);
    // The resource has its id once its constructor has registered it.
    queueMicrotask(() => around.record(resource as pulumi.CustomResource));
    return { props: around.args, opts: around.opts };
}

async function warnOfUnmatched(rules: Rules): Promise<void> {
    const unmatched = rules.unmatched().map((pattern) => JSON.stringify(pattern));
    if (unmatched.length > 0) {
        await pulumi.log.warn(
            `tearDownDroplets: these rules matched no Droplet: ${unmatched.join(", ")}; ` +
                "rules go by the name of a Droplet's resource, and the first one that matches counts",
        );
    }
}

function refusal(reason: string): Error {
    return new ProgramError(`tearDownDroplets: ${reason}`);
}

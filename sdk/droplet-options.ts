import * as pulumi from "@pulumi/pulumi";

/** Options of a `Droplet`: those of a component, and those that only its inner Droplet can have. */
export type DropletOptions = pulumi.ComponentResourceOptions &
    Pick<pulumi.CustomResourceOptions, "additionalSecretOutputs" | "deleteBeforeReplace" | "import">;

/** What a component does not pass on by itself, and has no use for. */
const FOR_THE_DROPLET = [
    "additionalSecretOutputs",
    "customTimeouts",
    "deleteBeforeReplace",
    "hooks",
    "ignoreChanges",
    "import",
    "pluginDownloadURL",
    "replaceOnChanges",
    "version",
] as const satisfies readonly (keyof DropletOptions)[];

/** What is left for the component itself; protect, retainOnDelete, providers and transforms reach its children. */
export function componentOptions(opts: DropletOptions): pulumi.ComponentResourceOptions {
    const rest: DropletOptions = { ...opts };
    for (const key of FOR_THE_DROPLET) {
        Reflect.deleteProperty(rest, key);
    }
    return rest;
}

/**
 * Options of the inner Droplet. By its alias it is the resource that a program had before it changed to
 * `Droplet`, so that adopting it replaces nothing.
 */
export function innerDropletOptions(
    opts: DropletOptions,
    parent: pulumi.ComponentResource,
): pulumi.CustomResourceOptions {
    const forwarded = Object.fromEntries(
        FOR_THE_DROPLET.filter((key) => opts[key] !== undefined).map((key) => [key, opts[key]]),
    );
    return {
        ...forwarded,
        ...(opts.dependsOn === undefined ? {} : { dependsOn: opts.dependsOn }),
        parent,
        aliases: formerNames(opts),
    };
}

function formerNames(opts: DropletOptions): pulumi.Input<pulumi.URN | pulumi.Alias>[] {
    const parent = opts.parent ?? pulumi.rootStackResource;
    const given = (opts.aliases ?? []).map((alias) =>
        pulumi.output(alias).apply((known) => (typeof known === "string" ? known : { parent, ...known })),
    );
    return [{ parent }, ...(given as pulumi.Input<pulumi.URN | pulumi.Alias>[])];
}

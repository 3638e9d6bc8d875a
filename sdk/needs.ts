import * as pulumi from "@pulumi/pulumi";

/** Output fields that the SDK declares as internal. */
interface Tracked {
    allResources: () => Promise<ReadonlySet<pulumi.Resource>>;
}

/** Every resource that an output in the value comes from. */
export async function resourcesIn(value: unknown): Promise<pulumi.Resource[]> {
    const output = pulumi.output(value) as unknown as Tracked;
    return [...(await output.allResources())];
}

/**
 * A Droplet's dependencies, as `dependsOn` for its executor: a VPC or a key must outlive the Droplet that the
 * executor destroys. The SDK also accepts promises of lists inside a list, although its types do not say so.
 */
export function needs(
    args: unknown,
    dependsOn: pulumi.CustomResourceOptions["dependsOn"],
): pulumi.Input<pulumi.Resource>[] {
    return [
        resourcesIn(args),
        ...(dependsOn === undefined ? [] : [dependsOn]),
    ] as unknown as pulumi.Input<pulumi.Resource>[];
}

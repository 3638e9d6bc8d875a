import * as pulumi from "@pulumi/pulumi";

/** What the SDK tracks of an output, and declares as internal. */
interface Tracked {
    allResources: () => Promise<ReadonlySet<pulumi.Resource>>;
}

/** Every resource that made an output in a value. */
export async function resourcesIn(value: unknown): Promise<pulumi.Resource[]> {
    const output = pulumi.output(value) as unknown as Tracked;
    return [...(await output.allResources())];
}

/**
 * What a Droplet depends on, as a `dependsOn` for its executor: a VPC or a key outlives the Droplet that the
 * executor destroys. The SDK takes promises of lists inside a list as well; its types do not say so.
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

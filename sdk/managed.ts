import * as pulumi from "@pulumi/pulumi";
import { resourcesIn } from "./needs.js";

type Names = pulumi.Input<pulumi.Input<string>[] | undefined> | undefined;

/**
 * Ids and addresses of resources that the stack manages itself: the Droplet's declared volumes, and entries of
 * `keep` that are outputs of a resource.
 */
export function managedBy(volumeIds: Names, keep: Names): pulumi.Output<string[]> {
    return pulumi
        .output([volumeIds, outputsIn(keep)])
        .apply((lists) => [
            ...new Set((lists as readonly (readonly string[] | undefined)[]).flatMap((list) => list ?? [])),
        ]);
}

async function outputsIn(keep: Names): Promise<pulumi.Input<string>[]> {
    const entries: readonly pulumi.Input<string>[] = Array.isArray(keep) ? keep : [];
    const made = await Promise.all(entries.map(async (entry) => (await resourcesIn(entry)).length > 0));
    return entries.filter((_, index) => made[index]);
}

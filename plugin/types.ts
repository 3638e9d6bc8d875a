/** The tokens of this package's resources. The executor and the record are a component's own, and in no schema. */
export const TYPES = {
    droplet: "droplet-teardown:index:Droplet",
    teardown: "droplet-teardown:index:DropletTeardown",
    executor: "droplet-teardown:index:DropletExecutor",
    record: "droplet-teardown:index:DropletRecord",
} as const;

/** urn:pulumi:stack::project::parent$type::name */
export function typeOf(urn: string): string {
    return urn.split("::")[2]?.split("$").at(-1) ?? "";
}

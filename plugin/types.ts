/** The tokens of this package's resources. Only the first two are in the schema: the others are a component's own. */
export const TYPES = {
    droplet: "droplet-teardown:index:Droplet",
    teardown: "droplet-teardown:index:DropletTeardown",
    executor: "droplet-teardown:index:DropletExecutor",
    record: "droplet-teardown:index:DropletRecord",
    attachment: "droplet-teardown:index:DropletAttachment",
} as const;

/** urn:pulumi:stack::project::parent$type::name */
export function parseType(urn: string): string {
    return urn.split("::")[2]?.split("$").at(-1) ?? "";
}

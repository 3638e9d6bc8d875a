import schema from "./schema.json";

/** The package's schema, for one version of the plugin. */
export function buildSchema(version: string): object {
    return { ...schema, version };
}

/** What can be given as `teardown`. */
export const SETTINGS = Object.keys(
    schema.types["droplet-teardown:index:DropletTeardownSettings"].properties,
);

/** What a program may give a resource of this type; undefined for types that no program declares. */
export function findArguments(type: string): readonly string[] | undefined {
    const resources: Readonly<Record<string, { readonly inputProperties: object }>> = schema.resources;
    const declared = resources[type];
    return declared === undefined ? undefined : Object.keys(declared.inputProperties);
}

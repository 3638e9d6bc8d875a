import { dropletInputs } from "./droplet-inputs.js";

const DROPLET = "droplet-teardown:index:Droplet";

/** The part of a Pulumi schema that is generated. */
interface Schema {
    readonly types: Readonly<Record<string, object>>;
    readonly resources: Readonly<
        Record<string, { readonly inputProperties: { readonly teardown?: object } }>
    >;
}

/** The same schema with the inputs of the installed official Droplet, and `teardown`. */
export function withDropletInputs<S extends Schema>(schema: S): S {
    const { properties, required, types } = dropletInputs();
    const droplet = schema.resources[DROPLET];
    const { teardown = {} } = droplet?.inputProperties ?? {};
    return {
        ...schema,
        types: {
            ...schema.types,
            ...Object.fromEntries(
                Object.entries(types).map(([name, members]) => [
                    `droplet-teardown:index:${name}`,
                    {
                        type: "object",
                        description: `As \`${name}\` of the official provider.`,
                        properties: members,
                    },
                ]),
            ),
        },
        resources: {
            ...schema.resources,
            [DROPLET]: { ...droplet, inputProperties: { ...properties, teardown }, requiredInputs: required },
        },
    };
}

import type { Input, ResourceType } from "../core/resource.js";

/** A type in a Pulumi schema. */
interface TypeSpec {
    readonly type?: string;
    readonly items?: TypeSpec;
    readonly $ref?: string;
}

const ANY: TypeSpec = { $ref: "pulumi.json#/Any" };

const TYPES: Readonly<Record<Input["type"], TypeSpec>> = {
    string: { type: "string" },
    integer: { type: "integer" },
    boolean: { type: "boolean" },
    set: { type: "array", items: { type: "string" } },
    integers: { type: "array", items: { type: "integer" } },
    tags: { type: "array", items: { type: "string" } },
    value: ANY,
};

/** As much of the official schema as programs in YAML need: names and types of what this provider serves. */
export function buildSchema(types: readonly ResourceType[], version: string): object {
    const setting = { type: "string" };
    return {
        name: "digitalocean",
        version,
        meta: { moduleFormat: "(.*)(?:/[^/]*)" },
        config: { variables: { token: { ...setting, secret: true }, apiEndpoint: setting } },
        provider: { inputProperties: { token: { ...setting, secret: true }, apiEndpoint: setting } },
        resources: Object.fromEntries(types.map((type) => [type.token, resourceSchema(type)])),
    };
}

function resourceSchema({ inputs, outputs }: ResourceType): object {
    const inputProperties = Object.fromEntries(
        Object.entries(inputs).map(([name, { type }]) => [name, TYPES[type]]),
    );
    const required = Object.entries(inputs).filter(
        ([name, input]) => input.required === true && name !== "name",
    );
    return {
        inputProperties,
        requiredInputs: required.map(([name]) => name),
        properties: { ...Object.fromEntries(outputs.map((name) => [name, ANY])), ...inputProperties },
    };
}

import assert from "node:assert/strict";

import { parse } from "yaml";

import { argumentsOf } from "../../plugin/schema.js";
import schema from "../../plugin/schema.json";

interface Program {
    readonly resources?: Readonly<Record<string, { readonly type: string; readonly properties?: object }>>;
    readonly variables?: Readonly<Record<string, unknown>>;
}

const SETTINGS: object = schema.types["droplet-teardown:index:DropletTeardownSettings"].properties;

/** Fails where a part of a Pulumi.yaml gives a resource of the plugin something that its schema does not have. */
export function checkYaml({ place, text }: { readonly place: string; readonly text: string }): void {
    const { resources = {} } = parse(text) as Program;
    for (const { type, properties = {} } of Object.values(resources)) {
        const [, name] = /^droplet-teardown:(\w+)$/.exec(type) ?? [];
        if (name !== undefined) {
            const known = argumentsOf(`droplet-teardown:index:${name}`) ?? [];
            const { teardown = {} } = properties as { readonly teardown?: object };
            const unknown = [
                ...Object.keys(properties).filter((given) => !known.includes(given)),
                ...Object.keys(teardown).filter((given) => !(given in SETTINGS)),
            ];
            assert.deepEqual(unknown, [], `${place}: ${name} has no ${unknown.join(", ")}`);
        }
    }
}

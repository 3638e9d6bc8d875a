import * as pulumi from "@pulumi/pulumi";
import { supportedEngine } from "./engine-support.js";
import { ownDelete } from "./own-deletes.js";
import { ownUrn } from "./own-urn.js";
import { storedProvider } from "./stored-provider.js";

/** The module of every resource type of this package, as stored in users' state. */
const MODULE = "droplet-teardown";

/** What the resources are in state, by the role of their handlers. */
const ROLES = {
    teardown: { provider: storedProvider("teardown"), type: "DropletTeardown" },
    record: { provider: storedProvider("record"), type: "DropletRecord" },
} as const;

/** A resource that uses the handlers of the installed package. */
export class DynamicResource extends pulumi.dynamic.Resource {
    constructor(
        role: keyof typeof ROLES,
        name: string,
        args: object,
        outputs: readonly string[],
        opts: pulumi.CustomResourceOptions,
    ) {
        const { provider, type } = ROLES[role];
        const { timeout, token, program, ...others } = args as {
            readonly timeout?: unknown;
            readonly token?: unknown;
            readonly program?: object;
        };
        const inputs: pulumi.Inputs = {
            ...Object.fromEntries(outputs.map((output) => [output, undefined])),
            ...others,
            timeout: timeout ?? opts.customTimeouts?.delete,
            token: token === undefined ? undefined : pulumi.secret(token),
            program: {
                ...program,
                resourceUrn: ownUrn(`pulumi-nodejs:dynamic/${MODULE}:${type}`, name, opts.parent),
            },
        };
        super(provider, name, inputs, onSupportedEngine(withOwnDelete(opts)), MODULE, type);
    }
}

function withOwnDelete(opts: pulumi.CustomResourceOptions): pulumi.CustomResourceOptions {
    return {
        ...opts,
        additionalSecretOutputs: [...(opts.additionalSecretOutputs ?? []), "token"],
        ...(opts.deletedWith === undefined
            ? { transforms: [...(opts.transforms ?? []), ...ownDelete()] }
            : {}),
    };
}

/** Where the engine is too old, nothing is registered. The SDK also accepts promises of lists inside a list. */
function onSupportedEngine(opts: pulumi.CustomResourceOptions): pulumi.CustomResourceOptions {
    const { dependsOn } = opts;
    const isSupported = supportedEngine().then(() => []);
    return {
        ...opts,
        dependsOn: [dependsOn ?? [], isSupported] as unknown as pulumi.Input<pulumi.Resource>[],
    };
}

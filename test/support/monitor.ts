import * as pulumi from "@pulumi/pulumi";
import type { Alias } from "@pulumi/pulumi/proto/alias_pb";
import type { RegisterResourceRequest } from "@pulumi/pulumi/proto/resource_pb";
import { MockMonitor } from "@pulumi/pulumi/runtime/mocks";
import * as sinon from "sinon";

/** A resource as a program registers it with the engine. */
export interface Registered {
    readonly type: string;
    readonly name: string;
    readonly parent: string;
    readonly inputs: Readonly<Record<string, unknown>>;
    readonly deletedWith: string;
    readonly aliases: readonly Alias.AsObject[];
    readonly deleteTimeout: string;
    readonly dependsOn: readonly string[];
    /** URNs of what each input depends on. */
    readonly inputDependencies: Readonly<Record<string, readonly string[]>>;
    readonly secretOutputs: readonly string[];
    readonly ignoreChanges: readonly string[];
}

const DROPLET_TYPE = "digitalocean:index/droplet:Droplet";

/** The tag of every executor, as the real provider would make one. */
export const TAG = "teardown-0123456789abcdef";

/** Finds what was registered, by the end of its type, and by its name where there are several. */
export type Find = (type: string, name?: string) => Registered;

/**
 * Runs a program against an engine that only takes notes; returns what was registered.
 * @param tag null: as under a user's own mocks, where outputs are what the program passed in
 */
export async function register(program: () => unknown, tag: string | null = TAG): Promise<Find> {
    const all = await registered(program, tag);
    return (type, name) => {
        const found = all.filter((one) => one.type.endsWith(type) && (name ?? one.name) === one.name);
        const [only] = found;
        if (only === undefined || found.length > 1) {
            throw new Error(`${found.length} resources of type ${type} were registered`);
        }
        return only;
    };
}

/** As `register`, in a stack, which mocks do not have by themselves; returns everything below it, in order. */
export async function registeredInStack(program: () => unknown): Promise<Registered[]> {
    const all = await registered(() => pulumi.runtime.runInPulumiStack(() => asOutputs(program())), TAG);
    return all.filter(({ type }) => type !== "pulumi:pulumi:Stack");
}

/** What a program returns is not what these tests are about, unless it has to be waited for. */
async function asOutputs(result: unknown): Promise<undefined> {
    await result;
}

async function registered(program: () => unknown, tag: string | null): Promise<Registered[]> {
    const noted: { request: RegisterResourceRequest; inputs: Record<string, unknown> }[] = [];
    let latest: Record<string, unknown> = {};
    const stub = sinon.stub(MockMonitor.prototype, "registerResource");
    stub.callsFake(function (this: MockMonitor, request: RegisterResourceRequest, done) {
        const answered = stub.wrappedMethod.call(this, request, done);
        noted.push({ request, inputs: latest });
        return answered;
    });
    // The SDK keeps the stack of every promise, and nobody reads them.
    const { stackTraceLimit } = Error;
    Error.stackTraceLimit = 0;
    try {
        await pulumi.runtime.setMocks(
            {
                newResource: ({ type, name, inputs }) => {
                    latest = inputs as Record<string, unknown>;
                    const droplet = { ...latest, dropletUrn: "do:droplet:3164494" };
                    if (type === DROPLET_TYPE) {
                        return { id: "3164494", state: droplet };
                    }
                    const made = type.endsWith(":DropletTeardown") && tag !== null ? { tag } : {};
                    return { id: `${name}-id`, state: { ...latest, ...made } };
                },
                call: () => ({}),
            },
            "app",
            "dev",
        );
        await program();
        // Waits until everything is registered.
        await pulumi.runtime.disconnect();
    } finally {
        Error.stackTraceLimit = stackTraceLimit;
        stub.restore();
    }
    return noted.map(asRegistered);
}

function asRegistered({
    request,
    inputs,
}: {
    request: RegisterResourceRequest;
    inputs: Record<string, unknown>;
}): Registered {
    const inputDependencies: Record<string, string[]> = {};
    request.getPropertydependenciesMap().forEach((urns, property) => {
        inputDependencies[property] = urns.getUrnsList();
    });
    return {
        type: request.getType(),
        name: request.getName(),
        parent: request.getParent(),
        inputs,
        deletedWith: request.getDeletedwith(),
        aliases: request.getAliasesList().map((alias) => alias.toObject()),
        deleteTimeout: request.getCustomtimeouts()?.getDelete() ?? "",
        dependsOn: request.getDependenciesList(),
        inputDependencies,
        secretOutputs: request.getAdditionalsecretoutputsList(),
        ignoreChanges: request.getIgnorechangesList(),
    };
}

/** What an output comes to. */
export function outputValue<T>(output: pulumi.Output<T>): Promise<T> {
    return new Promise((resolve) => void output.apply(resolve));
}

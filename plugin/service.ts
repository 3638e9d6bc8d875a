import * as grpc from "@grpc/grpc-js";
import type { Callback } from "@pulumi/pulumi/proto/callback_pb.js";
import * as plugin from "@pulumi/pulumi/proto/plugin_pb.js";
import * as messages from "@pulumi/pulumi/proto/provider_pb.js";
import { CodedError } from "../provider/handlers/coded-error.js";
import { Empty } from "google-protobuf/google/protobuf/empty_pb.js";
import type { Engine } from "../provider/access/runtime.js";
import { OLDEST_ENGINE } from "../provider/access/oldest-engine.js";
import { Attachments } from "./attachments.js";
import type { Callbacks } from "./callbacks.js";
import { constructDroplet, withOwnDelete } from "./component.js";
import type { AllHandlers } from "./lifecycle.js";
import * as lifecycle from "./lifecycle.js";
import { connectMonitor, type Monitor } from "./monitor.js";
import { buildSchema } from "./schema.js";
import { TYPES } from "./types.js";
import { plainValues, toStruct, type Values } from "./values.js";

/** What the process entry passes in. */
export interface Effects {
    readonly handlers: AllHandlers;
    readonly version: string;
    /** Another engine than the one that started the process. */
    readonly attach: (address: string) => void;
    readonly callbacks: Callbacks;
    readonly requireVersion: Engine["requireVersion"];
}

type Call<Request> = grpc.ServerUnaryCall<Request, unknown>;

/**
 * The provider as a gRPC service. What it does not have, gRPC answers as not implemented, and the engine takes any
 * configuration then.
 */
export function createService(effects: Effects): grpc.UntypedServiceImplementation {
    const { handlers, version, attach } = effects;
    const cancelled = new AbortController();
    const { signal } = cancelled;
    const programs = new Map<string, Promise<Program>>();
    const programAt = (address: string): Promise<Program> => {
        const program = programs.get(address) ?? begin(address, effects);
        programs.set(address, program);
        return program;
    };
    /** A call that is answered with what `work` makes of its request. */
    const answering =
        <Request, Response>(work: (request: Request) => Promise<Response> | Response) =>
        (call: Call<Request>, callback: grpc.sendUnaryData<Response>): void =>
            void Promise.resolve(call.request)
                .then(work)
                .then(
                    (response) => callback(null, response),
                    (error: unknown) => callback(failure(error)),
                );
    return {
        handshake: answering((request: messages.ProviderHandshakeRequest) => {
            attach(request.getEngineAddress());
            return new messages.ProviderHandshakeResponse().setAcceptSecrets(true).setAcceptOutputs(true);
        }),
        attach: answering((request: plugin.PluginAttach) => {
            attach(request.getAddress());
            return new Empty();
        }),
        getPluginInfo: answering(() => new plugin.PluginInfo().setVersion(version)),
        getSchema: answering(() =>
            new messages.GetSchemaResponse().setSchema(JSON.stringify(buildSchema(version))),
        ),
        configure: answering((request: messages.ConfigureRequest) => {
            configure(handlers, plainValues(request.getArgs()));
            return new messages.ConfigureResponse()
                .setAcceptsecrets(true)
                .setAcceptoutputs(true)
                .setSupportspreview(true);
        }),
        check: answering((request: messages.CheckRequest) => lifecycle.check(handlers, request)),
        diff: answering((request: messages.DiffRequest) => lifecycle.diff(handlers, request)),
        create: answering((request: messages.CreateRequest) => lifecycle.create(handlers, request, signal)),
        read: answering((request: messages.ReadRequest) => lifecycle.read(handlers, request, signal)),
        update: answering((request: messages.UpdateRequest) => lifecycle.update(handlers, request, signal)),
        delete: answering((request: messages.DeleteRequest) => lifecycle.remove(handlers, request, signal)),
        construct: answering(async (request: messages.ConstructRequest) =>
            request.getType() === TYPES.droplet
                ? construct(request, await programAt(request.getMonitorendpoint()))
                : missing(`the component ${request.getType()}`),
        ),
        cancel: answering(() => {
            cancelled.abort();
            return new Empty();
        }),
        invoke: answering(
            async (request: messages.InvokeRequest) =>
                (await lifecycle.invoke(handlers, request, signal)) ??
                missing(`the function ${request.getTok()}`),
        ),
    };
}

/** Stores the configuration before it returns. */
function configure(handlers: AllHandlers, args: Values): void {
    const get = (key: string): string | undefined => {
        const value = args[key.replace(/^droplet-teardown:/, "")];
        return typeof value === "string" ? value : undefined;
    };
    void handlers.teardown.configure({ config: { get } });
}

/** What all components of one running program share. */
interface Program {
    readonly monitor: Monitor;
    readonly attachments: Attachments;
    readonly ownDelete: Callback;
}

/** What a program attaches by itself is noted from its first component on. */
async function begin(address: string, { callbacks, requireVersion }: Effects): Promise<Program> {
    await requireVersion(`>=${OLDEST_ENGINE}`).catch((error: unknown) => {
        throw new CodedError(
            `droplet-teardown needs version ${OLDEST_ENGINE} or later of the Pulumi CLI: ${(error as Error).message}`,
        );
    });
    const monitor = connectMonitor(address);
    const attachments = new Attachments(monitor);
    await monitor.transformStack(callbacks.of((registered) => attachments.note(registered)));
    return { monitor, attachments, ownDelete: callbacks.of(withOwnDelete) };
}

async function construct(
    request: messages.ConstructRequest,
    { monitor, attachments, ownDelete }: Program,
): Promise<messages.ConstructResponse> {
    const { urn, outputs, dependencies, droplet } = await constructDroplet(request, monitor, ownDelete);
    attachments.add(droplet);
    const response = new messages.ConstructResponse().setUrn(urn).setState(toStruct(outputs));
    for (const [name, urns] of dependencies) {
        const of = new messages.ConstructResponse.PropertyDependencies().setUrnsList([...urns]);
        response.getStatedependenciesMap().set(name, of);
    }
    return response;
}

/** The engine does without what a provider does not have. */
function missing(what: string): never {
    throw Object.assign(new Error(`droplet-teardown does not have ${what}`), {
        code: grpc.status.UNIMPLEMENTED,
    });
}

function failure(thrown: unknown): Partial<grpc.ServiceError> {
    const { message = String(thrown), code } = (thrown ?? {}) as Partial<grpc.ServiceError>;
    return { code: typeof code === "number" ? code : grpc.status.UNKNOWN, details: message };
}

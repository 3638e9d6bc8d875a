import * as grpc from "@grpc/grpc-js";
import type { Callback } from "@pulumi/pulumi/proto/callback_pb.js";
import * as plugin from "@pulumi/pulumi/proto/plugin_pb.js";
import * as messages from "@pulumi/pulumi/proto/provider_pb.js";
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
import { isObject, plainValues, toStruct, type Values } from "./values.js";

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

/** The provider as a gRPC service. What it does not have, gRPC answers as not implemented. */
export function createService(effects: Effects): grpc.UntypedServiceImplementation {
    const { handlers, version, attach } = effects;
    const cancelled = new AbortController();
    const { signal } = cancelled;
    const programAt = programs(effects);
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
        checkConfig: answering((request: messages.CheckRequest) =>
            new messages.CheckResponse().setInputs(request.getNews()),
        ),
        diffConfig: answering(() => new messages.DiffResponse()),
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
        construct: answering((request: messages.ConstructRequest) => construct(request, programAt)),
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
    const config = {
        get: (key: string): string | undefined => {
            const value = args[key.replace(/^droplet-teardown:/, "")];
            return typeof value === "string" ? value : undefined;
        },
    };
    void handlers.teardown.configure({ config });
}

/** What all components of one running program share. */
interface Program {
    readonly attachments: Attachments;
    readonly ownDelete: Callback;
}

type Programs = (address: string, monitor: Monitor) => Promise<Program>;

/** What a program attaches by itself is noted from its first component on. */
function programs({ callbacks, requireVersion }: Effects): Programs {
    const known = new Map<string, Promise<Program>>();
    const begin = async (monitor: Monitor): Promise<Program> => {
        const attachments = new Attachments();
        await requireVersion(`>=${OLDEST_ENGINE}`).catch((error: unknown) => {
            throw new Error(
                `droplet-teardown needs version ${OLDEST_ENGINE} or later of the Pulumi CLI: ${(error as Error).message}`,
            );
        });
        await monitor.transformStack(callbacks.of((registered) => attachments.note(registered)));
        return { attachments, ownDelete: callbacks.of(withOwnDelete) };
    };
    return (address, monitor) => {
        const program = known.get(address) ?? begin(monitor);
        known.set(address, program);
        return program;
    };
}

async function construct(
    request: messages.ConstructRequest,
    programAt: Programs,
): Promise<messages.ConstructResponse> {
    if (request.getType() !== TYPES.droplet) {
        return missing(`the component ${request.getType()}`);
    }
    const address = request.getMonitorendpoint();
    const monitor = connectMonitor(address);
    try {
        const { attachments, ownDelete } = await programAt(address, monitor);
        const { urn, outputs, dependencies, droplet } = await constructDroplet(request, monitor, ownDelete);
        attachments.add(droplet);
        const response = new messages.ConstructResponse().setUrn(urn).setState(toStruct(outputs));
        for (const [name, urns] of dependencies) {
            const of = new messages.ConstructResponse.PropertyDependencies().setUrnsList([...urns]);
            response.getStatedependenciesMap().set(name, of);
        }
        return response;
    } finally {
        monitor.close();
    }
}

/** The engine does without what a provider does not have. */
class MissingError extends Error {
    constructor(what: string) {
        super(`droplet-teardown does not have ${what}`);
    }
}

function missing(what: string): never {
    throw new MissingError(what);
}

function failure(thrown: unknown): Partial<grpc.ServiceError> {
    const error = isObject(thrown as Values) ? (thrown as Error) : new Error(String(thrown));
    const code = thrown instanceof MissingError ? grpc.status.UNIMPLEMENTED : grpc.status.UNKNOWN;
    return { code, details: error.message };
}

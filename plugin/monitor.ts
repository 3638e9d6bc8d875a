import { credentials, type ServiceError } from "@grpc/grpc-js";
import * as aliases from "@pulumi/pulumi/proto/alias_pb.js";
import type { Callback } from "@pulumi/pulumi/proto/callback_pb.js";
import * as provider from "@pulumi/pulumi/proto/provider_pb.js";
import { ResourceMonitorClient } from "@pulumi/pulumi/proto/resource_grpc_pb.js";
import * as messages from "@pulumi/pulumi/proto/resource_pb.js";
import { CodedError } from "../provider/handlers/coded-error.js";
import { toStruct, toValues, type Values } from "./values.js";

/** A resource to register. What is not given is not set. */
export interface Registration {
    readonly type: string;
    readonly name: string;
    readonly parent: string;
    /** False for a component. */
    readonly custom: boolean;
    readonly inputs: Values;
    /** URNs of resources that must outlive it. */
    readonly dependencies: readonly string[];
    /** URNs that each input comes from; without it, each comes from all dependencies. */
    readonly inputDependencies?: ReadonlyMap<string, readonly string[]>;
    /** Reference of its provider; "" for the default one. */
    readonly provider?: string | undefined;
    readonly protect?: boolean | undefined;
    readonly retainOnDelete?: boolean | undefined;
    readonly deletedWith?: string;
    readonly aliases?: readonly aliases.Alias[];
    readonly secretOutputs?: readonly string[];
    /** Are asked before it is registered. */
    readonly transforms?: readonly Callback[];
    readonly customTimeouts?: provider.ConstructRequest.CustomTimeouts | undefined;
    /** Options that only a resource of another provider has. */
    readonly configure?: (request: messages.RegisterResourceRequest) => void;
}

export interface Registered {
    readonly urn: string;
    /** "" in the preview of its create, and for a component. */
    readonly id: string;
    /** Secrets and unknown values among them. */
    readonly outputs: Values;
}

/** The engine's side of a running program, which registers resources. */
export interface Monitor {
    register(registration: Registration): Promise<Registered>;
    /** Asks a function of another provider. @throws Error with what it answers instead of a result */
    invoke(token: string, args: Values, reference?: string): Promise<void>;
    /** Says that a component has all its children. */
    complete(urn: string, outputs: Values): Promise<void>;
    /** Has a callback asked before whatever is registered from now on. */
    transformStack(callback: Callback): Promise<void>;
}

/** @param address "127.0.0.1:PORT" */
export function connectMonitor(address: string): Monitor {
    const client = new ResourceMonitorClient(address, credentials.createInsecure(), {
        "grpc.max_receive_message_length": -1,
        "grpc.max_send_message_length": -1,
    });
    return {
        register: async (registration) => {
            const request = toRequest(registration);
            const response = await call<messages.RegisterResourceResponse>((done) =>
                client.registerResource(request, done),
            );
            if (response.getResult() !== messages.Result.SUCCESS) {
                throw new CodedError(`${registration.name} was not registered: see its own error`, "failed");
            }
            const outputs = toValues(response.getObject());
            return { urn: response.getUrn(), id: response.getId(), outputs };
        },
        invoke: async (token, args, reference = "") => {
            const request = new messages.ResourceInvokeRequest().setTok(token).setProvider(reference);
            request.setArgs(toStruct(args)).setAcceptresources(true);
            const answer = await call<provider.InvokeResponse>((done) => client.invoke(request, done));
            const [failure] = answer.getFailuresList();
            if (failure !== undefined) {
                throw new Error(failure.getReason());
            }
        },
        complete: async (urn, outputs) => {
            const request = new messages.RegisterResourceOutputsRequest();
            request.setUrn(urn).setOutputs(toStruct(outputs));
            await call((done) => client.registerResourceOutputs(request, done));
        },
        transformStack: async (callback) => {
            await call((done) => client.registerStackTransform(callback, done));
        },
    };
}

function call<T>(send: (done: (error: ServiceError | null, response?: T) => void) => unknown): Promise<T> {
    return new Promise((resolve, reject) => {
        send((error, response) => {
            if (error === null && response !== undefined) {
                resolve(response);
            } else {
                reject(new Error(error?.details ?? "no answer", { cause: error }));
            }
        });
    });
}

function toRequest(given: Registration): messages.RegisterResourceRequest {
    const request = new messages.RegisterResourceRequest();
    request.setType(given.type).setName(given.name).setParent(given.parent).setCustom(given.custom);
    request.setObject(toStruct(given.inputs)).setDependenciesList([...given.dependencies]);
    request.setAcceptsecrets(true).setSupportspartialvalues(true).setSupportsresultreporting(true);
    request.setProvider(given.provider ?? "").setDeletedwith(given.deletedWith ?? "");
    request.setAliasspecs(true).setAliasesList([...(given.aliases ?? [])]);
    request.setAdditionalsecretoutputsList([...(given.secretOutputs ?? [])]);
    request.setTransformsList([...(given.transforms ?? [])]);
    if (given.protect !== undefined) {
        request.setProtect(given.protect);
    }
    if (given.retainOnDelete !== undefined) {
        request.setRetainondelete(given.retainOnDelete);
    }
    for (const [input, urns] of given.inputDependencies ?? []) {
        const dependencies = new messages.RegisterResourceRequest.PropertyDependencies();
        request.getPropertydependenciesMap().set(input, dependencies.setUrnsList([...urns]));
    }
    const { customTimeouts } = given;
    if (customTimeouts !== undefined) {
        const timeouts = new messages.RegisterResourceRequest.CustomTimeouts();
        timeouts.setCreate(customTimeouts.getCreate()).setUpdate(customTimeouts.getUpdate());
        request.setCustomtimeouts(timeouts.setDelete(customTimeouts.getDelete()));
    }
    given.configure?.(request);
    return request;
}

/** The alias for a resource that had another URN. */
export function formerly(urn: string): aliases.Alias {
    return new aliases.Alias().setUrn(urn);
}

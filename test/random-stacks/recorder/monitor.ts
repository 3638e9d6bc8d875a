import * as grpc from "@grpc/grpc-js";
import type { Alias as WireAlias } from "@pulumi/pulumi/proto/alias_pb.js";
import { CallbacksClient } from "@pulumi/pulumi/proto/callback_grpc_pb.js";
import { type Callback, CallbackInvokeRequest } from "@pulumi/pulumi/proto/callback_pb.js";
import {
    type IResourceMonitorServer,
    ResourceMonitorService,
} from "@pulumi/pulumi/proto/resource_grpc_pb.js";
import * as messages from "@pulumi/pulumi/proto/resource_pb.js";
import { Empty } from "google-protobuf/google/protobuf/empty_pb.js";
import type { Struct } from "google-protobuf/google/protobuf/struct_pb.js";

import { resourceTypes } from "../../../simulator/plugin/resources/index.js";
import { toProps, toStruct } from "../../../simulator/plugin/service/messages.js";
import type { Json, Props } from "../../../simulator/plugin/core/props.js";
import { childUrn, STACK_TYPE } from "../urn.js";
import { type Alias, type Reference, type Registration, tokensIn } from "./registration.js";

/** What today's engines support, of what the SDK asks for. */
const FEATURES = [
    ...["secrets", "resourceReferences", "outputValues", "deletedWith", "replaceWith", "aliasSpecs"],
    ...["transforms", "invokeTransforms", "resourceHooks"],
];
/** A value that knows what it depends on is an object with this entry, the value and the URNs. */
const SIGNATURE = "4dabf18193072939515e22adb298388d";
const OUTPUT = "d0e6a833031e9bbcd3f4e8bde6ca49a4";
/** The outputs of this package's resources that programs of the lives use. */
const OWN_OUTPUTS = ["tag", "accountId", "expiryTag"];

/** What is inherited or may be changed by a transform, as the engine keeps it. */
interface Registered {
    readonly parent: string;
    readonly options: messages.TransformResourceOptions;
    readonly transforms: readonly Callback[];
}

/**
 * The engine's half of a program's run, which only takes notes: every resource gets made-up outputs, by which they are
 * found again in what depends on them.
 */
export class RecordingMonitor {
    readonly #stack: { readonly name: string; readonly project: string };
    readonly #server = new grpc.Server();
    readonly #clients = new Map<string, CallbacksClient>();
    readonly #registered = new Map<string, Registered>();
    readonly #stackTransforms: Callback[] = [];
    readonly #registrations: Registration[] = [];
    /** By token. */
    readonly #outputs = new Map<string, Reference>();

    constructor(stack: { readonly name: string; readonly project: string }) {
        this.#stack = stack;
    }

    /** @returns its address */
    start(): Promise<string> {
        const done = (callback: grpc.sendUnaryData<Empty>): void => callback(null, new Empty());
        const service: Partial<IResourceMonitorServer> = {
            supportsFeature: (call, callback) => {
                const response = new messages.SupportsFeatureResponse();
                callback(null, response.setHassupport(FEATURES.includes(call.request.getId())));
            },
            registerResource: (call, callback) => {
                this.#register(call.request).then(
                    (response) => callback(null, response),
                    (error: unknown) => callback({ details: String(error) }),
                );
            },
            registerStackTransform: (call, callback) => {
                this.#stackTransforms.push(call.request);
                done(callback);
            },
            registerResourceOutputs: (_call, callback) => done(callback),
            signalAndWaitForShutdown: (_call, callback) => done(callback),
        };
        this.#server.addService(ResourceMonitorService, service as IResourceMonitorServer);
        return new Promise((resolve, reject) => {
            const credentials = grpc.ServerCredentials.createInsecure();
            this.#server.bindAsync("127.0.0.1:0", credentials, (error, port) =>
                error === null ? resolve(`127.0.0.1:${port}`) : reject(error),
            );
        });
    }

    /** @returns what was registered, in the order in which it came */
    stop(): readonly Registration[] {
        this.#clients.forEach((client) => client.close());
        this.#server.forceShutdown();
        return this.#registrations;
    }

    async #register(request: messages.RegisterResourceRequest): Promise<messages.RegisterResourceResponse> {
        const [type, name, parent] = [request.getType(), request.getName(), request.getParent()];
        const urn = childUrn(this.#stack, parent, type, name);
        const transformed = await this.#transform(request);
        const { options } = transformed;
        const response = new messages.RegisterResourceResponse().setUrn(urn);
        this.#registered.set(urn, { parent, options, transforms: request.getTransformsList() });
        if (type === STACK_TYPE) {
            return response.setObject(toStruct({}));
        }
        const inputs = withoutProvider(transformed.inputs);
        this.#registrations.push({
            ...{ type, name, urn, inputs, custom: request.getCustom() },
            parent: parent.includes(`::${STACK_TYPE}::`) ? "" : parent,
            references: this.#referencesIn(inputs),
            dependencies: options.getDependsOnList(),
            propertyDependencies: transformed.propertyDependencies,
            deletedWith: options.getDeletedWith(),
            aliases: options.getAliasesList().map(asAlias),
            protect: options.getProtect() === true,
            retainOnDelete: options.getRetainOnDelete() === true,
            ignoreChanges: options.getIgnoreChangesList(),
            replaceOnChanges: options.getReplaceOnChangesList(),
            deleteBeforeReplace: options.hasDeleteBeforeReplace()
                ? options.getDeleteBeforeReplace() === true
                : null,
            importId: options.getImport(),
        });
        return request.getCustom() ? this.#withOutputs(response, urn, type, inputs) : response;
    }

    /** Its own transforms come first, then those of its parents, then the stack's. */
    async #transform(request: messages.RegisterResourceRequest) {
        const given = propertyDependencies(request);
        const transforms = [...request.getTransformsList()];
        // With a transform of its own, a resource's dependencies are those of the values that come out of all.
        const tracked = transforms.length > 0;
        let [properties, options] = [
            tracked ? asOutputs(request.getObject(), given) : request.getObject(),
            this.#toOptions(request),
        ];
        for (
            let above = request.getParent();
            above !== "";
            above = this.#registered.get(above)?.parent ?? ""
        ) {
            transforms.push(...(this.#registered.get(above)?.transforms ?? []));
        }
        for (const transform of [...transforms, ...this.#stackTransforms]) {
            const asked = new messages.TransformRequest()
                .setType(request.getType())
                .setName(request.getName())
                .setCustom(request.getCustom())
                .setParent(request.getParent())
                .setProperties(properties)
                .setOptions(options);
            const answer = await this.#call(transform, asked);
            properties = answer.getProperties();
            options = answer.getOptions() ?? options;
        }
        const inputs = toProps(properties);
        return tracked
            ? {
                  inputs: mapValues(inputs, unwrap),
                  propertyDependencies: mapValues(inputs, dependencyUrns),
                  options,
              }
            : { inputs, propertyDependencies: given, options };
    }

    /** The options of a registration, with what it has from its parent. */
    #toOptions(request: messages.RegisterResourceRequest): messages.TransformResourceOptions {
        const inherited = this.#registered.get(request.getParent())?.options;
        const options = new messages.TransformResourceOptions()
            .setDependsOnList(request.getDependenciesList())
            .setAliasesList(request.getAliasesList())
            .setIgnoreChangesList(request.getIgnorechangesList())
            .setReplaceOnChangesList(request.getReplaceonchangesList())
            .setImport(request.getImportid())
            .setDeletedWith(request.getDeletedwith() || (inherited?.getDeletedWith() ?? ""));
        const protect = request.hasProtect() ? request.getProtect() : inherited?.getProtect();
        const retain = request.hasRetainondelete()
            ? request.getRetainondelete()
            : inherited?.getRetainOnDelete();
        if (protect !== undefined) {
            options.setProtect(protect);
        }
        if (retain !== undefined) {
            options.setRetainOnDelete(retain);
        }
        if (request.getDeletebeforereplacedefined()) {
            options.setDeleteBeforeReplace(request.getDeletebeforereplace());
        }
        return options;
    }

    #call(callback: Callback, request: messages.TransformRequest): Promise<messages.TransformResponse> {
        const address = callback.getTarget();
        const client =
            this.#clients.get(address) ?? new CallbacksClient(address, grpc.credentials.createInsecure());
        this.#clients.set(address, client);
        const invoke = new CallbackInvokeRequest()
            .setToken(callback.getToken())
            .setRequest(request.serializeBinary());
        return new Promise((resolve, reject) =>
            client.invoke(invoke, (error, answer) =>
                error === null
                    ? resolve(messages.TransformResponse.deserializeBinary(answer.getResponse_asU8()))
                    : reject(error),
            ),
        );
    }

    #referencesIn(inputs: Props): Record<string, Reference> {
        const found = tokensIn(inputs).map((token) => [token, this.#outputs.get(token)] as const);
        return Object.fromEntries(
            found.filter((entry): entry is [string, Reference] => entry[1] !== undefined),
        );
    }

    #withOutputs(
        response: messages.RegisterResourceResponse,
        urn: string,
        type: string,
        inputs: Props,
    ): messages.RegisterResourceResponse {
        const number = this.#outputs.size;
        const id = String(9_100_000_000 + number);
        this.#outputs.set(id, { urn, property: "id" });
        const names = resourceTypes.find(({ token }) => token === type)?.outputs ?? OWN_OUTPUTS;
        const outputs = names.map((property) => {
            const token = `$${number}.${property}$`;
            this.#outputs.set(token, { urn, property });
            return [property, token] as const;
        });
        return response.setId(id).setObject(toStruct({ ...inputs, ...Object.fromEntries(outputs) }));
    }
}

function propertyDependencies(request: messages.RegisterResourceRequest): Record<string, string[]> {
    const found: Record<string, string[]> = {};
    request.getPropertydependenciesMap().forEach((urns, property) => {
        found[property] = urns.getUrnsList();
    });
    return found;
}

/** Each property as a value that knows what it depends on. */
function asOutputs(struct: Struct | undefined, needs: Readonly<Record<string, readonly string[]>>): Struct {
    const props = toProps(struct);
    const known = Object.entries(props).map(([name, value]) => {
        const dependencies = needs[name] ?? [];
        return [
            name,
            dependencies.length === 0 ? value : { [SIGNATURE]: OUTPUT, value, dependencies },
        ] as const;
    });
    return toStruct(Object.fromEntries(known));
}

function unwrap(given: Json): Json {
    return isOutput(given) ? (given.value ?? null) : given;
}

function dependencyUrns(given: Json): string[] {
    return isOutput(given) ? [...((given.dependencies ?? []) as readonly string[])] : [];
}

function isOutput(given: Json): given is Props {
    return typeof given === "object" && given !== null && (given as Props)[SIGNATURE] === OUTPUT;
}

function mapValues<T>(props: Props, map: (value: Json) => T): Record<string, T> {
    return Object.fromEntries(Object.entries(props).map(([name, value]) => [name, map(value)]));
}

function asAlias(wire: WireAlias): Alias {
    const spec = wire.getSpec();
    if (spec === undefined) {
        return { urn: wire.getUrn() };
    }
    const given = { name: spec.getName(), type: spec.getType(), parent: spec.getParenturn() };
    return Object.fromEntries(Object.entries(given).filter(([, text]) => text !== ""));
}

/** Without the text of the stored provider. */
function withoutProvider(inputs: Props): Props {
    return Object.fromEntries(Object.entries(inputs).filter(([name]) => name !== "__provider"));
}

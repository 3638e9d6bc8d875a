import type { IResourceProviderServer } from "@pulumi/pulumi/proto/provider_grpc_pb.js";
import * as plugin from "@pulumi/pulumi/proto/plugin_pb.js";
import * as messages from "@pulumi/pulumi/proto/provider_pb.js";
import { Empty } from "google-protobuf/google/protobuf/empty_pb.js";

import type { Api } from "../api/api.js";
import type { Provider } from "../core/provider.js";
import { answer, unimplemented } from "./failure.js";
import * as lifecycle from "./lifecycle.js";
import { configuredApi, type Effects } from "./settings.js";
import { propsOf } from "./struct.js";

/** The version that it claims to be: that of the SDK that it was written for. */
const VERSION = "4.80.1";

/** Everything that the engine needs besides the lives of resources. */
type OptionalCalls = Pick<
    IResourceProviderServer,
    | "handshake"
    | "parameterize"
    | "getSchema"
    | "invoke"
    | "call"
    | "construct"
    | "getMapping"
    | "getMappings"
    | "list"
>;

const optionalCalls: OptionalCalls = {
    handshake: (_call, callback) => callback(unimplemented("Handshake")),
    parameterize: (_call, callback) => callback(unimplemented("Parameterize")),
    getSchema: (_call, callback) => callback(unimplemented("GetSchema")),
    invoke: (call, callback) => callback(unimplemented(`Invoke of ${call.request.getTok()}`)),
    call: (_call, callback) => callback(unimplemented("Call")),
    construct: (_call, callback) => callback(unimplemented("Construct")),
    getMapping: (_call, callback) => callback(unimplemented("GetMapping")),
    getMappings: (_call, callback) => callback(unimplemented("GetMappings")),
    list: (call) => {
        call.emit("error", unimplemented("List"));
    },
};

/** The provider as a gRPC service. */
export function createService(provider: Provider, effects: Effects): IResourceProviderServer {
    let api: Api = configuredApi({}, effects);
    return {
        ...optionalCalls,
        checkConfig: (call, callback) => {
            callback(null, new messages.CheckResponse().setInputs(call.request.getNews()));
        },
        diffConfig: (_call, callback) => callback(null, new messages.DiffResponse()),
        configure: (call, callback) => {
            api = configuredApi(propsOf(call.request.getArgs()), effects);
            const response = new messages.ConfigureResponse();
            response.setSupportspreview(true);
            response.setSupportsAutonamingConfiguration(true);
            callback(null, response);
        },
        cancel: (_call, callback) => callback(null, new Empty()),
        attach: (_call, callback) => callback(null, new Empty()),
        getPluginInfo: (_call, callback) => {
            const response = new plugin.PluginInfo();
            response.setVersion(VERSION);
            callback(null, response);
        },
        check: (call, callback) => answer(effects, callback, () => lifecycle.check(provider, call.request)),
        diff: (call, callback) => answer(effects, callback, () => lifecycle.diff(provider, call.request)),
        create: (call, callback) =>
            answer(effects, callback, () => lifecycle.create(provider, api, call.request)),
        read: (call, callback) =>
            answer(effects, callback, () => lifecycle.read(provider, api, call.request)),
        update: (call, callback) =>
            answer(effects, callback, () => lifecycle.update(provider, api, call.request)),
        delete: (call, callback) =>
            answer(effects, callback, () => lifecycle.remove(provider, api, call.request)),
    };
}

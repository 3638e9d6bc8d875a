import * as plugin from "@pulumi/pulumi/proto/plugin_pb.js";
import type { IResourceProviderServer } from "@pulumi/pulumi/proto/provider_grpc_pb.js";
import * as messages from "@pulumi/pulumi/proto/provider_pb.js";
import { Empty } from "google-protobuf/google/protobuf/empty_pb.js";
import { Api } from "../api/api.js";
import { type Props, UNKNOWN } from "../core/props.js";
import type { Provider } from "../core/provider.js";
import * as lifecycle from "./lifecycle.js";
import { answer, toProps, unimplemented } from "./messages.js";
import { buildSchema } from "./schema.js";

/** What the process entry passes in. */
export interface Effects {
    readonly env: NodeJS.ProcessEnv;
    readonly fetch: typeof fetch;
    readonly sleep: (ms: number) => Promise<void>;
    /** Ends the process at once, as a crash would. */
    readonly die: (message: string) => void;
}

/** The engine's own. */
export const MAX_MESSAGE_BYTES = 400 * 1024 * 1024;

const PUBLIC_API = "https://api.digitalocean.com";
const DEFAULT_POLL_MS = 100;
/** The official provider's. */
const DELETE_TIMEOUT_MS = 60_000;

/** The API as the provider's configuration has it, else the environment, in the official provider's order. */
export function configuredApi(config: Props, effects: Effects): Api {
    const { env } = effects;
    const token = setting(config, "token") ?? env.DIGITALOCEAN_TOKEN ?? env.DIGITALOCEAN_ACCESS_TOKEN ?? "";
    const endpoint = setting(config, "apiEndpoint") ?? env.DIGITALOCEAN_API_URL ?? PUBLIC_API;
    return new Api({
        token,
        endpoint: endpoint.replace(/\/+$/, ""),
        fetch: effects.fetch,
        sleep: effects.sleep,
        pollMs: Number(env.DIGITALOCEAN_STAND_IN_POLL_MS ?? DEFAULT_POLL_MS),
        deleteTimeoutMs: Number(env.DIGITALOCEAN_STAND_IN_DELETE_TIMEOUT_MS ?? DELETE_TIMEOUT_MS),
    });
}

function setting(config: Props, name: string): string | undefined {
    const value = config[name];
    return typeof value === "string" && value !== "" && value !== UNKNOWN ? value : undefined;
}

/** The version that it claims to be: that of the SDK that it was written for. */
const VERSION = "4.80.1";

/** Everything that the engine needs besides the lives of resources. */
type OptionalCalls = Pick<
    IResourceProviderServer,
    "handshake" | "parameterize" | "call" | "construct" | "getMapping" | "getMappings" | "list"
>;

const optionalCalls: OptionalCalls = {
    handshake: (_call, callback) => callback(unimplemented("Handshake")),
    parameterize: (_call, callback) => callback(unimplemented("Parameterize")),
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
        getSchema: (_call, callback) => {
            const schema = JSON.stringify(buildSchema(provider.types, VERSION));
            callback(null, new messages.GetSchemaResponse().setSchema(schema));
        },
        checkConfig: (call, callback) => {
            callback(null, new messages.CheckResponse().setInputs(call.request.getNews()));
        },
        diffConfig: (_call, callback) => callback(null, new messages.DiffResponse()),
        configure: (call, callback) => {
            api = configuredApi(toProps(call.request.getArgs()), effects);
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
        invoke: (call, callback) => answer(effects, callback, () => lifecycle.invoke(api, call.request)),
    };
}

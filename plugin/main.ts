#!/usr/bin/env node
/** The resource plugin `droplet-teardown`: the engine starts it and reads its port. */
import { credentials, Metadata, Server, ServerCredentials, status } from "@grpc/grpc-js";
import { CallbacksService } from "@pulumi/pulumi/proto/callback_grpc_pb.js";
import { EngineClient } from "@pulumi/pulumi/proto/engine_grpc_pb.js";
import * as messages from "@pulumi/pulumi/proto/engine_pb.js";
import { ResourceProviderService } from "@pulumi/pulumi/proto/provider_grpc_pb.js";
import {
    type Engine,
    engineAt,
    NO_ENGINE,
    pluginProcess,
    stackTokenAdvice,
} from "../provider/access/runtime.js";
import { version } from "../provider/access/version.js";
import { Plugin } from "../provider/access/plugin.js";
import { AttachmentHandlers } from "../provider/handlers/attachment.js";
import { createHandlers } from "../provider/handlers/handlers.js";
import { createFunctions } from "../provider/handlers/functions.js";
import { Callbacks } from "./callbacks.js";
import { createService } from "./service.js";

const MAX_MESSAGE_BYTES = 400 * 1024 * 1024;
const PARENT_CHECK_MS = 1_000;
const SDK = { grpc: { credentials, Metadata, status }, messages, Client: EngineClient };

let engine = NO_ENGINE;
let leave = (): void => undefined;

function attach(address: string): void {
    engine = engineAt(address, SDK, () => leave());
}

/** The engine's address comes after flags of its own. */
function connect(args: readonly string[], leaveProcess: () => void): Engine {
    leave = leaveProcess;
    const address = args.findLast((arg) => !arg.startsWith("-"));
    if (address !== undefined) {
        attach(address);
    }
    return {
        log: (line, urn, ephemeral) => engine.log(line, urn, ephemeral),
        ensureAlive: () => engine.ensureAlive(),
        requireVersion: (range) => engine.requireVersion(range),
    };
}

const plugin = new Plugin(
    pluginProcess({
        version,
        configuration: "droplet-teardown",
        tokenAdvice: stackTokenAdvice(
            "droplet-teardown:token",
            " (the official provider alone reads `digitalocean:token`)",
        ),
        connect,
    }),
);
const [attachment, functions] = [new AttachmentHandlers(plugin), createFunctions(plugin)];
const handlers = { ...createHandlers(plugin), attachment, functions };
const callbacks = new Callbacks();
const server = new Server({
    "grpc.max_receive_message_length": MAX_MESSAGE_BYTES,
    "grpc.max_send_message_length": MAX_MESSAGE_BYTES,
});
const { requireVersion } = plugin.runtime.engine;
const service = createService({ handlers, version, attach, callbacks, requireVersion });
server.addService(ResourceProviderService, service);
server.addService(CallbacksService, callbacks.service);
server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, port) => {
    if (error !== null) {
        throw error;
    }
    callbacks.address = `127.0.0.1:${port}`;
    process.stdout.write(`${port}\n`);
});

// A killed engine cannot end its plugins: what has lost its parent ends by itself.
const parent = process.ppid;
setInterval(() => {
    if (process.ppid !== parent) {
        process.exit(0);
    }
}, PARENT_CHECK_MS).unref();

/** The stand-in for the `digitalocean` resource plugin: the engine starts it and reads its port. */
import { Server, ServerCredentials } from "@grpc/grpc-js";
import { ResourceProviderService } from "@pulumi/pulumi/proto/provider_grpc_pb.js";
import { machineClock } from "../clock.js";
import { Provider } from "./core/provider.js";
import { resourceTypes } from "./resources/index.js";
import { createService, MAX_MESSAGE_BYTES } from "./service/service.js";

const PARENT_CHECK_MS = 1_000;

const server = new Server({ "grpc.max_receive_message_length": MAX_MESSAGE_BYTES });
const service = createService(new Provider(resourceTypes), {
    env: process.env,
    fetch,
    sleep: (ms) => machineClock.sleep(ms),
    die: (message) => {
        process.stderr.write(`${message}\n`);
        process.exit(2);
    },
});
server.addService(ResourceProviderService, service);
server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, port) => {
    if (error !== null) {
        throw error;
    }
    process.stdout.write(`${port}\n`);
});

// A killed engine cannot end its plugins: what has lost its parent ends by itself.
const parent = process.ppid;
setInterval(() => {
    if (process.ppid !== parent) {
        process.exit(0);
    }
}, PARENT_CHECK_MS).unref();

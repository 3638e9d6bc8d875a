import { randomUUID } from "node:crypto";
import { status } from "@grpc/grpc-js";
import type { ICallbacksServer } from "@pulumi/pulumi/proto/callback_grpc_pb.js";
import { Callback, CallbackInvokeResponse } from "@pulumi/pulumi/proto/callback_pb.js";
import * as messages from "@pulumi/pulumi/proto/resource_pb.js";

/** Is asked before the engine registers a resource. Returns its options to be changed; null: they stay as they are. */
type Transform = (request: messages.TransformRequest) => Promise<Options> | Options;
type Options = messages.TransformResourceOptions | null;

/** What the engine calls while a program runs. */
export class Callbacks {
    /** Where the service is served, "127.0.0.1:PORT". */
    address = "";
    readonly #transforms = new Map<string, Transform>();

    of(transform: Transform): Callback {
        const token = randomUUID();
        this.#transforms.set(token, transform);
        return new Callback().setTarget(this.address).setToken(token);
    }

    readonly service: ICallbacksServer = {
        invoke: ({ request }, answer) => {
            this.#invoke(request.getToken(), request.getRequest_asU8()).then(
                (response) => answer(null, new CallbackInvokeResponse().setResponse(response)),
                (error: unknown) => answer({ code: status.UNKNOWN, details: String(error) }),
            );
        },
    };

    async #invoke(token: string, request: Uint8Array): Promise<Uint8Array> {
        const transform = this.#transforms.get(token);
        if (transform === undefined) {
            throw new Error(`droplet-teardown has no callback ${token}`);
        }
        const options = await transform(messages.TransformRequest.deserializeBinary(request));
        return new messages.TransformResponse().setOptions(options ?? undefined).serializeBinary();
    }
}

import { Metadata, status, type sendUnaryData, type ServiceError } from "@grpc/grpc-js";
import { ErrorResourceInitFailed } from "@pulumi/pulumi/proto/provider_pb.js";
import { Status } from "@pulumi/pulumi/proto/status_pb.js";
import { Any } from "google-protobuf/google/protobuf/any_pb.js";

import { PartialFailure, ProviderPanic } from "../core/resource.js";
import type { Effects } from "./settings.js";
import { structOf } from "./struct.js";

/** Answers a call with what `work` returns, or with the error's message. A panic ends the process. */
export function answer<T>(effects: Effects, callback: sendUnaryData<T>, work: () => Promise<T> | T): void {
    Promise.resolve()
        .then(work)
        .then(
            (value) => callback(null, value),
            (thrown: unknown) => {
                const error = thrown instanceof Error ? thrown : new Error(String(thrown));
                if (error instanceof ProviderPanic) {
                    effects.die(error.message);
                } else if (error instanceof PartialFailure) {
                    callback(partialFailure(error));
                } else {
                    callback(failure(error.message));
                }
            },
        );
}

/** The answer to calls that this provider does not know; the engine then does without. */
export function unimplemented(method: string): Partial<ServiceError> {
    return { code: status.UNIMPLEMENTED, details: `${method} is not implemented` };
}

function failure(message: string): Partial<ServiceError> {
    return { code: status.UNKNOWN, details: message };
}

/** The resource goes along in the details of the status, which Node.js has no call for. */
function partialFailure({ id, state, message }: PartialFailure): Partial<ServiceError> {
    const detail = new ErrorResourceInitFailed();
    detail.setId(id);
    detail.setProperties(structOf(state));
    detail.setReasonsList([message]);
    const packed = new Any();
    packed.pack(detail.serializeBinary(), "pulumirpc.ErrorResourceInitFailed");
    const details = new Status();
    details.setCode(status.UNKNOWN);
    details.setMessage(message);
    details.addDetails(packed);
    const metadata = new Metadata();
    metadata.set("grpc-status-details-bin", Buffer.from(details.serializeBinary()));
    return { ...failure(message), metadata };
}

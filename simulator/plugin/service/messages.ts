import { Metadata, type sendUnaryData, type ServiceError, status } from "@grpc/grpc-js";
import { ErrorResourceInitFailed } from "@pulumi/pulumi/proto/provider_pb.js";
import { Status } from "@pulumi/pulumi/proto/status_pb.js";
import { Any } from "google-protobuf/google/protobuf/any_pb.js";
import { Struct } from "google-protobuf/google/protobuf/struct_pb.js";
import type { Json, Props } from "../core/props.js";
import { PartialFailure, ProviderPanic } from "../core/resource.js";

/** A secret is an object with this entry and its value, as the engine sends them in a provider's configuration. */
const SIGNATURE = "4dabf18193072939515e22adb298388d";
const SECRET = "1b47061264138c4ac30d75fd1eb44270";

/** Properties out of a message, secrets as plain values; none where the field is not set. */
export function toProps(struct: Struct | undefined): Props {
    return plain(struct?.toJavaScript() ?? {}) as Props;
}

export function toStruct(props: Props): Struct {
    return Struct.fromJavaScript({ ...props });
}

function plain(value: Json): Json {
    if (value === null || typeof value !== "object") {
        return value;
    }
    if (isList(value)) {
        return value.map(plain);
    }
    if (value[SIGNATURE] === SECRET) {
        return plain(value.value ?? null);
    }
    return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, plain(item)]));
}

/** `Array.isArray` does not narrow read-only lists. */
function isList(value: Json): value is readonly Json[] {
    return Array.isArray(value);
}

/** Answers a call with what `work` returns, or with the error's message. A panic ends the process. */
export function answer<T>(
    effects: { readonly die: (message: string) => void },
    callback: sendUnaryData<T>,
    work: () => Promise<T> | T,
): void {
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
    detail.setProperties(toStruct(state));
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

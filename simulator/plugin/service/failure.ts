import { status, type sendUnaryData, type ServiceError } from "@grpc/grpc-js";

import { ProviderPanic } from "../core/resource.js";
import type { Effects } from "./settings.js";

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

import { redactError, redactTokens } from "../digitalocean/redact.js";
import { codeLine, TeardownError } from "../teardown/errors.js";

/**
 * An error as the Pulumi engine shows it. Besides returning its message, the dynamic provider's host prints
 * "`toString()`: `stack`". Both are reduced to one short line, so that people see the message once and no stack
 * trace.
 */
export class StackError extends Error {
    constructor(message: string, options?: ErrorOptions) {
        super(redactTokens(message), options);
        Object.defineProperty(this, "stack", { value: "failed, see the error on the resource" });
    }

    override toString(): string {
        return "droplet-teardown";
    }
}

/** Runs a handler; an intentional error becomes a `StackError`, a defect keeps its redacted stack trace. */
export async function asStackError<T>(handler: () => Promise<T>): Promise<T> {
    try {
        return await handler();
    } catch (error) {
        if (error instanceof StackError) {
            throw error;
        }
        throw error instanceof TeardownError
            ? new StackError(`${error.message}\n${codeLine(error.code)}`, { cause: error })
            : redactError(error);
    }
}

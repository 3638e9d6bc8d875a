/**
 * An error as the Pulumi engine shows it. The dynamic-provider host prints an error's `toString()` and
 * `stack` beside returning its message, so both are silenced: people see the message once, and no trace.
 */
export class StackError extends Error {
    constructor(message: string, options?: ErrorOptions) {
        super(message, options);
        Object.defineProperty(this, "stack", { value: "" });
    }

    override toString(): string {
        return "";
    }
}

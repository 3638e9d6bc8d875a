import { codeLine, type ErrorCode, TeardownError } from "../teardown/errors.js";

/** An error that people see as it is: the last line of its message is its code. */
export class CodedError extends TeardownError {
    constructor(message: string, code: ErrorCode = "invalid-input") {
        super(`${message}\n${codeLine(code)}`, { code });
    }
}

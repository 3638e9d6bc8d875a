import * as pulumi from "@pulumi/pulumi";
import { codeLine } from "../provider/teardown/errors.js";

/** What a program is refused before it registers anything. Pulumi prints its message without a stack trace. */
export class ProgramError extends pulumi.RunError {
    constructor(message: string) {
        super(`${message}\n${codeLine("invalid-input")}`);
    }
}

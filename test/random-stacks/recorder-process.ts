import type { Program } from "./program.js";
import { recordParts } from "./recorded.js";
import type { Entries } from "./recorder/registration.js";

// The SDK takes the stack of every promise that it makes, which is a third of the work here.
Error.stackTraceLimit = 0;

/** Records what programs consist of, for whom asks, as long as that process lives: the SDK is loaded once. */
process.on("message", ({ program, project }: { readonly program: Program; readonly project: string }) => {
    recordParts(program, project).then(
        (entries: Entries) => process.send?.(entries),
        (error: unknown) => {
            console.error(error);
            process.exitCode = 1;
            process.disconnect();
        },
    );
});

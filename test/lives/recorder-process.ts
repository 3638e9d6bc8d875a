import type { Program } from "./program.js";
import { recordParts } from "./recorded.js";
import type { Entries } from "./recorder/registration.js";

/** Records what a program consists of, for whom has asked: a process of its own, because of the SDK. */
process.once("message", ({ program, project }: { readonly program: Program; readonly project: string }) => {
    recordParts(program, project).then(
        (entries: Entries) => process.send?.(entries, () => process.disconnect()),
        (error: unknown) => {
            console.error(error);
            process.exitCode = 1;
        },
    );
});

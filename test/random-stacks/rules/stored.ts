import { isDeepStrictEqual } from "node:util";

import { Violation } from "../../random-worlds/violation.js";
import { parseName } from "../urn.js";
import { EXECUTOR, RECORD } from "./chronicle.js";
import { isWhole, type RunEvent } from "./event.js";

/** After an `up` that succeeds, the state is what the program was given, beside what was seen. */
export function checkStored(event: RunEvent): void {
    const { run, ran, after, program } = event;
    if (run.run !== "up" || ran.ended !== "well" || !isWhole(event)) {
        return;
    }
    for (const { type, urn, inputs, outputs, delete: isDeleted } of after) {
        if (isDeleted || (type !== EXECUTOR && type !== RECORD)) {
            continue;
        }
        const different = Object.keys(inputs).find((name) => !isDeepStrictEqual(inputs[name], outputs[name]));
        const given = [...program.droplets, ...program.bare].find(({ name }) => name === parseName(urn));
        const isOldKeep = given !== undefined && !isDeepStrictEqual(inputs.keep, [...new Set(given.keep)]);
        const wrong = different ?? (isOldKeep ? "keep" : undefined);
        if (wrong !== undefined) {
            const values = JSON.stringify([inputs[wrong], outputs[wrong], given]);
            throw new Violation("the state is what the last up was given", `${urn}: ${wrong}: ${values}`);
        }
    }
}

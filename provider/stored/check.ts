import { INPUT_PROPERTIES, isUnknown, type InputsKind, type Props } from "./inputs.js";
import { type CheckFailure, POLICY_WORDS, policyFailures, PROPERTIES } from "./properties.js";

export type { CheckFailure } from "./properties.js";

export interface Checked {
    readonly inputs: Record<string, unknown>;
    readonly failures: CheckFailure[];
}

/**
 * Validates and completes the inputs of one kind of resource. Unknown values are valid anywhere and stay
 * unchanged; null counts as not given.
 */
export function checkInputs(kind: InputsKind, news: Props): Checked {
    const inputs: Record<string, unknown> = {};
    const failures: CheckFailure[] = [];
    for (const property of INPUT_PROPERTIES[kind]) {
        const { required = false, otherwise, check } = PROPERTIES[property];
        const isDeclined = property === "finalSnapshot" && news[property] === false;
        const given = isDeclined ? undefined : (news[property] ?? otherwise);
        if (given === undefined) {
            const form = property === "policy" ? `: ${POLICY_WORDS}` : "";
            failures.push(...(required ? [{ property, reason: `${property} is required${form}` }] : []));
        } else if (isUnknown(given)) {
            inputs[property] = given;
            // What is already wrong, whatever the unknown part turns out to be.
            failures.push(...(property === "policy" ? policyFailures(given, property) : []));
        } else {
            const result = check(given, property);
            if (Array.isArray(result)) {
                failures.push(...result);
            } else {
                inputs[property] = result.value;
            }
        }
    }
    return { inputs, failures };
}

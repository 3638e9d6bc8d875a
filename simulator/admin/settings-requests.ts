import type { JsonObject } from "../http/fields.js";
import type { Settings } from "../settings.js";

/** What a switch may be set to; every other setting is a number or a boolean. */
const CHOICES: { readonly [Name in keyof Settings]?: readonly Settings[Name][] } = {
    runningCompletedAt: ["absent", "null", "empty", "blank", "zero"],
    noErrorMessage: ["absent", "null", "empty", "blank"],
    staleAfterRetry: ["everything", "completion"],
    secondDestroy: [409, 202, 404],
    retryWithoutFailures: [202, 404, 409, 422],
    unknownIds: ["ignored", "rejected", "failure"],
    selectiveAfterFailures: [202, 409, 422],
    nextStatus: ["replaces", "merges"],
    statusBeforeDestroy: ["404", "empty"],
    associatedList: ["normal", "404", "empty"],
    destroyDuringEvent: [202, 422],
    tagCase: ["ignored", "canonical"],
};

/** Changes the given settings, all or none, and returns them all. */
export function changeSettings(settings: Settings, body: JsonObject): Settings {
    for (const [name, value] of Object.entries(body)) {
        if (!isSetting(settings, name) || !isAllowed(settings, name, value)) {
            throw new TypeError(`${name} cannot be set to ${JSON.stringify(value)}`);
        }
    }
    return Object.assign(settings, body);
}

function isSetting(settings: Settings, name: string): name is keyof Settings {
    return Object.hasOwn(settings, name);
}

function isAllowed(settings: Settings, name: keyof Settings, value: unknown): boolean {
    const choices: readonly unknown[] | undefined = CHOICES[name];
    if (choices !== undefined) {
        return choices.includes(value);
    }
    if (typeof settings[name] === "boolean") {
        return typeof value === "boolean";
    }
    return typeof value === "number" && Number.isFinite(value) && (value >= 0 || name === "clockSkewMs");
}

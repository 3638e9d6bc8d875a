import type { JsonObject } from "../http/fields.js";
import { defaultSettings, POSITIONS, type Settings } from "../settings.js";

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
    const choices = findPositions(name);
    if (choices !== undefined) {
        return choices.includes(value);
    }
    if (typeof settings[name] === "boolean") {
        return typeof value === "boolean";
    }
    if (value === null) {
        return defaultSettings[name] === null;
    }
    return typeof value === "number" && Number.isFinite(value) && (value >= 0 || name === "clockSkewMs");
}

/** The values of a switch; undefined for any other setting. */
export function findPositions(name: string): readonly unknown[] | undefined {
    const positions: Readonly<Record<string, readonly unknown[]>> = POSITIONS;
    return Object.hasOwn(positions, name) ? positions[name] : undefined;
}

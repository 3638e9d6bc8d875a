import { badRequest, unprocessable } from "./reply.js";

/** A JSON object that came over the wire: nothing is known of its values yet. */
export type JsonObject = Readonly<Record<string, unknown>>;

/** The body of a request; no body is an empty object. */
export function parseBody(text: string): JsonObject {
    if (text.trim() === "") {
        return {};
    }
    let value: unknown;
    try {
        value = JSON.parse(text);
    } catch {
        throw badRequest("The request body is not valid JSON.");
    }
    if (!isObject(value)) {
        throw badRequest("The request body is not a JSON object.");
    }
    return value;
}

export function isObject(value: unknown): value is JsonObject {
    return typeof value === "object" && value !== null && !Array.isArray(value);
}

export function text(body: JsonObject, name: string): string {
    const value = optionalText(body, name);
    if (value === null || value === "") {
        throw unprocessable(`${name} is required`);
    }
    return value;
}

export function optionalText(body: JsonObject, name: string): string | null {
    const value = body[name];
    if (value === undefined || value === null) {
        return null;
    }
    if (typeof value !== "string") {
        throw unprocessable(`${name} must be a string`);
    }
    return value;
}

export function optionalNumber(body: JsonObject, name: string): number | null {
    const value = body[name];
    if (value === undefined || value === null) {
        return null;
    }
    if (typeof value !== "number" || !Number.isFinite(value)) {
        throw unprocessable(`${name} must be a number`);
    }
    return value;
}

export function number(body: JsonObject, name: string): number {
    const value = optionalNumber(body, name);
    if (value === null) {
        throw unprocessable(`${name} is required`);
    }
    return value;
}

/** Clients send flags as booleans; anything else counts as false. */
export function flag(body: JsonObject, name: string): boolean {
    return body[name] === true;
}

/** Numbers count as their digits. */
export function texts(body: JsonObject, name: string): string[] {
    return list(body, name).map((value) => {
        if (typeof value !== "string" && typeof value !== "number") {
            throw unprocessable(`${name} must be an array of strings`);
        }
        return String(value);
    });
}

export function numbers(body: JsonObject, name: string): number[] {
    return texts(body, name).map(Number);
}

export function objects(body: JsonObject, name: string): JsonObject[] {
    return list(body, name).map((value) => {
        if (!isObject(value)) {
            throw unprocessable(`${name} must be an array of objects`);
        }
        return value;
    });
}

/** An absent or null list is empty. */
export function list(body: JsonObject, name: string): readonly unknown[] {
    const value = body[name] ?? [];
    if (!Array.isArray(value)) {
        throw unprocessable(`${name} must be an array`);
    }
    return value;
}

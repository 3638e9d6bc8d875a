import { parseEndpoint } from "./digitalocean/connection.js";
import {
    DEFAULT_RETRIES,
    DEFAULT_TIMEOUT,
    INPUT_PROPERTIES,
    type InputProperty,
    isUnknown,
    type InputsKind,
    type Props,
} from "./inputs.js";
import { parseDuration, printable } from "./teardown/format.js";
import { templateFailure } from "./teardown/final-snapshot.js";
import { POLICY_PROPERTY, POLICY_ACTIONS, type PolicyAction, resolvePolicy } from "./teardown/policy.js";
import { RefusedError } from "./teardown/errors.js";

/** A reason why inputs are rejected: a property path and one line. */
export interface CheckFailure {
    readonly property: string;
    readonly reason: string;
}

export interface Checked {
    readonly inputs: Record<string, unknown>;
    readonly failures: CheckFailure[];
}

type Reader = (value: unknown, property: string) => { readonly value: unknown } | CheckFailure[];

const ACTIONS = POLICY_ACTIONS.map((action) => `"${action}"`).join(", ");
const POLICY_KEYS: readonly string[] = ["default", ...Object.values(POLICY_PROPERTY)];
const MAX_RETRIES = 100;

const READERS: Record<InputProperty, Reader> = {
    dropletId: readDropletId,
    policy: readPolicy,
    keep: readNames,
    managed: readNames,
    requireTag: readTag,
    enabled: readFlag,
    gracefulShutdown: readFlag,
    finalSnapshot: readFinalSnapshot,
    imported: readFlag,
    retained: readFlag,
    tag: readTag,
    stackTag: readTag,
    resourceName: readText,
    dropletName: readText,
    timeout: readTimeout,
    retries: readRetries,
    token: readToken,
    apiEndpoint: readEndpoint,
    resourceUrn: (value) => ({ value }),
};

const DEFAULTS: Partial<Record<InputProperty, unknown>> = {
    keep: [],
    managed: [],
    enabled: true,
    gracefulShutdown: false,
    imported: false,
    retained: false,
    timeout: DEFAULT_TIMEOUT,
    retries: DEFAULT_RETRIES,
};

const REQUIRED: Readonly<Record<InputsKind, readonly InputProperty[]>> = {
    byId: ["dropletId", "policy"],
    byTag: ["policy", "tag", "resourceName", "stackTag"],
    record: ["dropletId", "policy", "tag"],
};

/**
 * Validates and completes the inputs of one kind of resource. Unknown values are valid anywhere and stay
 * unchanged; null counts as not given.
 */
export function checkInputs(kind: InputsKind, news: Props): Checked {
    const inputs: Record<string, unknown> = {};
    const failures: CheckFailure[] = [];
    for (const property of INPUT_PROPERTIES[kind]) {
        const given = isDeclined(property, news[property])
            ? undefined
            : (news[property] ?? DEFAULTS[property]);
        if (given === undefined) {
            if (REQUIRED[kind].includes(property)) {
                failures.push({
                    property,
                    reason: `${property} is required${property === "policy" ? `: one of ${ACTIONS}, or an object by kind` : ""}`,
                });
            }
            continue;
        }
        if (isUnknown(given)) {
            inputs[property] = given;
            failures.push(...failuresBesideUnknown(property, given));
            continue;
        }
        const result = READERS[property](given, property);
        if (Array.isArray(result)) {
            failures.push(...result);
        } else {
            inputs[property] = result.value;
        }
    }
    return { inputs, failures };
}

/** What is already wrong, whatever the unknown part turns out to be. */
function failuresBesideUnknown(property: InputProperty, given: unknown): CheckFailure[] {
    if (property !== "policy" || typeof given !== "object" || given === null) {
        return [];
    }
    return policyFailures(given as Record<string, unknown>, property);
}

function readDropletId(value: unknown, property: string): ReturnType<Reader> {
    const isNumeral = typeof value === "string" && /^[1-9]\d*$/.test(value.trim());
    const id = isNumeral ? Number(value) : value;
    return typeof id === "number" && Number.isSafeInteger(id) && id > 0
        ? { value: id }
        : [{ property, reason: `${property} must be the number of a Droplet, not ${quote(value)}` }];
}

function readPolicy(value: unknown, property: string): ReturnType<Reader> {
    if (isAction(value)) {
        return { value: resolvePolicy(value) };
    }
    if (typeof value !== "object" || value === null || Array.isArray(value)) {
        return [
            { property, reason: `${property} must be ${ACTIONS} or an object by kind, not ${quote(value)}` },
        ];
    }
    const failures = policyFailures(value as Record<string, unknown>, property);
    return failures.length > 0 ? failures : { value: resolvePolicy(value) };
}

function policyFailures(policy: Record<string, unknown>, property: string): CheckFailure[] {
    const given = Object.entries(policy).filter(([, action]) => action != null);
    const failures = given.flatMap(([key, action]): CheckFailure[] => {
        const path = `${property}.${key}`;
        if (!POLICY_KEYS.includes(key)) {
            return [
                {
                    property: path,
                    reason: `${printable(path)} is no kind; there are ${POLICY_KEYS.join(", ")}`,
                },
            ];
        }
        return isAction(action) || isUnknown(action)
            ? []
            : [{ property: path, reason: `${path} must be one of ${ACTIONS}, not ${quote(action)}` }];
    });
    const named = given.map(([key]) => key);
    const missing = POLICY_KEYS.slice(1).filter((key) => !named.includes(key));
    if (!named.includes("default") && missing.length > 0) {
        const path = `${property}.default`;
        failures.push({
            property: path,
            reason: `${path} is required, because ${missing.join(", ")} are not given`,
        });
    }
    return failures;
}

function readNames(value: unknown, property: string): ReturnType<Reader> {
    if (!Array.isArray(value)) {
        return [{ property, reason: `${property} must be a list, not ${quote(value)}` }];
    }
    const failures = value.flatMap((entry: unknown, index): CheckFailure[] => {
        const path = `${property}[${index}]`;
        const good = (typeof entry === "string" && entry.trim() !== "") || typeof entry === "number";
        return good
            ? []
            : [
                  {
                      property: path,
                      reason: `${path} must be an id, an address or a name, not ${quote(entry)}`,
                  },
              ];
    });
    return failures.length > 0
        ? failures
        : { value: [...new Set(value.map((entry) => String(entry).trim()))] };
}

function readTimeout(value: unknown, property: string): ReturnType<Reader> {
    return typeof value === "string" && parseDuration(value) !== null
        ? { value: value.trim() }
        : [
              {
                  property,
                  reason: `${property} must be a duration such as "90s", "15m" or "1h30m", not ${quote(value)}`,
              },
          ];
}

function readRetries(value: unknown, property: string): ReturnType<Reader> {
    return typeof value === "number" && Number.isInteger(value) && value >= 0 && value <= MAX_RETRIES
        ? { value }
        : [
              {
                  property,
                  reason: `${property} must be a whole number from 0 to ${MAX_RETRIES}, not ${quote(value)}`,
              },
          ];
}

/** DigitalOcean's own rule for tags. */
const TAG = /^[A-Za-z0-9:_-]{1,255}$/;

function readTag(value: unknown, property: string): ReturnType<Reader> {
    return typeof value === "string" && TAG.test(value.trim())
        ? { value: value.trim() }
        : [
              {
                  property,
                  reason: `${property} must be a tag of letters, digits, ":", "-" and "_", not ${quote(value)}`,
              },
          ];
}

function readFlag(value: unknown, property: string): ReturnType<Reader> {
    return typeof value === "boolean"
        ? { value }
        : [{ property, reason: `${property} must be true or false, not ${quote(value)}` }];
}

/** `finalSnapshot: false` is the same as not given. */
function isDeclined(property: InputProperty, value: unknown): boolean {
    return property === "finalSnapshot" && value === false;
}

function readFinalSnapshot(value: unknown, property: string): ReturnType<Reader> {
    if (value === true) {
        return { value };
    }
    const failure =
        typeof value === "string" ? templateFailure(value) : "must be true or the beginning of a name";
    return failure === null
        ? { value }
        : [{ property, reason: `${property} ${failure}, not ${quote(value)}` }];
}

function readText(value: unknown, property: string): ReturnType<Reader> {
    return typeof value === "string" && value.trim() !== ""
        ? { value }
        : [{ property, reason: `${property} must be a text, not ${quote(value)}` }];
}

function readEndpoint(value: unknown, property: string): ReturnType<Reader> {
    if (typeof value !== "string") {
        return [{ property, reason: `${property} must be a URL, not ${quote(value)}` }];
    }
    try {
        parseEndpoint(value);
        return { value };
    } catch (error) {
        if (error instanceof RefusedError) {
            return [{ property, reason: error.message }];
        }
        throw error;
    }
}

/** The value is a secret. The engine would show it next to a property name, so the failure has none. */
function readToken(value: unknown, property: string): ReturnType<Reader> {
    return typeof value === "string" && value.trim() !== ""
        ? { value: value.trim() }
        : [
              {
                  property: `${property} (secret)`,
                  reason: `${property} must be a DigitalOcean API token, but it is ${typeof value === "string" ? "blank" : "no string"}`,
              },
          ];
}

function isAction(value: unknown): value is PolicyAction {
    return POLICY_ACTIONS.some((action) => action === value);
}

function quote(value: unknown): string {
    // JSON escapes only the first 32 characters; others can move the cursor as well.
    const text = printable(value === undefined ? "undefined" : JSON.stringify(value));
    return text.length > 80 ? `${text.slice(0, 77)}...` : text;
}

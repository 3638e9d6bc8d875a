import { parseEndpoint } from "../digitalocean/connection.js";
import { isJsonObject } from "../digitalocean/wire.js";
import { knownOr, RefusedError } from "../teardown/errors.js";
import { parseAge, parseDuration, printable } from "../teardown/format.js";
import { templateFailure } from "../teardown/plan.js";
import {
    POLICY_ACTIONS,
    POLICY_PROPERTY,
    type PolicyAction,
    type ResolvedPolicy,
    resolvePolicy,
} from "../teardown/policy.js";

type FinalSnapshotArgument = true | string;

/** Inputs that all kinds of resource share. */
export interface CommonInputs {
    readonly policy: ResolvedPolicy;
    readonly keep: readonly string[];
    /** Ids and addresses of resources that the same stack manages itself. */
    readonly managed: readonly string[];
    /** Volumes of the Droplet's `volumeIds` that the stack does not manage. */
    readonly volumeIds: readonly string[];
    /** A duration such as "15m". */
    readonly timeout: string;
    readonly token?: string;
    /** The API endpoint, for a Droplet with an explicit provider. */
    readonly apiEndpoint?: string;
    /** The resource's own URN, for progress on its row; absent if it could not be determined. */
    readonly resourceUrn?: string;
}

interface DestroyingInputs extends CommonInputs {
    /** Shut the Droplet down before it is destroyed. */
    readonly gracefulShutdown: boolean;
    /** Take a snapshot before the Droplet is destroyed: `true`, or the prefix of its name. */
    readonly finalSnapshot?: FinalSnapshotArgument;
    readonly retries: number;
    /** How long the Droplet may live from the last renewal on, such as "7d". */
    readonly ttl?: string;
}

/** A teardown that a program declares for a Droplet from elsewhere. */
export interface TeardownById extends DestroyingInputs {
    readonly by: "id";
    readonly dropletId: number;
    /** A tag without which the Droplet is not destroyed. */
    readonly requireTag?: string;
}

/** The teardown that a `Droplet` creates: it destroys what carries its tag. */
export interface TeardownByTag extends DestroyingInputs {
    readonly by: "tag";
    /** False: the official provider deletes the Droplet. */
    readonly enabled: boolean;
    readonly tag: string;
    /** Name of the Droplet's resource; the prefix of an autonamed Droplet. */
    readonly resourceName: string;
    /** The Droplet's explicit name, if any. */
    readonly dropletName?: string;
    /** The tag by which people find the stack's Droplets. */
    readonly stackTag: string;
    /** With a `ttl`: changes with the arguments of the Droplet. */
    readonly argumentsDigest?: string;
}

export type TeardownInputs = TeardownById | TeardownByTag;

/** The record of a `Droplet`. */
export interface RecordInputs extends CommonInputs {
    readonly dropletId: number;
    /** False: the official provider deletes the Droplet. */
    readonly enabled: boolean;
    /** The tag of its executor. */
    readonly tag: string;
    /** The team of its executor; absent: that could not be read. */
    readonly team?: string;
    /** It gets its tags with the next update. */
    readonly imported: boolean;
    /** A replaced Droplet is retained. */
    readonly retained: boolean;
    /** Ids and addresses of what the stack manages, attaches by resources of their own and detaches first. */
    readonly attached: readonly string[];
    /** The expiry tag that the Droplet carries; absent: none. */
    readonly dropletExpiryTag?: string;
}

const COMMON = [
    "policy",
    "keep",
    "managed",
    "volumeIds",
    "timeout",
    "token",
    "apiEndpoint",
    "resourceUrn",
] as const;
const DESTROYING = [...COMMON, "gracefulShutdown", "finalSnapshot", "retries", "ttl"] as const;

/** The properties of each kind: what `check` returns and state holds. */
export const INPUT_PROPERTIES = {
    byId: ["dropletId", ...DESTROYING, "requireTag"],
    byTag: ["tag", ...DESTROYING, "enabled", "resourceName", "dropletName", "stackTag", "argumentsDigest"],
    record: [
        "dropletId",
        "tag",
        "team",
        ...COMMON,
        "enabled",
        "imported",
        "retained",
        "attached",
        "dropletExpiryTag",
    ],
} as const;

/** What the engine passes for one resource: properties by their names, as they came. */
export type Props = Readonly<Record<string, unknown>>;

/** What the SDK says of the program, and no user: together in one property, so that a diff shows it apart. */
const OF_THE_PROGRAM: readonly string[] = [
    "managed",
    "volumeIds",
    "attached",
    "apiEndpoint",
    "resourceUrn",
    "resourceName",
    "dropletName",
    "stackTag",
    "argumentsDigest",
    "imported",
] satisfies readonly InputProperty[];

/** Properties as the engine stores them: those of the program in `program`, without empty lists and unset flags. */
export function grouped(props: Props): Record<string, unknown> {
    const entries = Object.entries(props).filter(([name]) => name !== "program");
    const isSaid = ([, value]: readonly [string, unknown]): boolean =>
        value !== undefined && value !== false && !(Array.isArray(value) && value.length === 0);
    const program = entries.filter(([name]) => OF_THE_PROGRAM.includes(name)).filter(isSaid);
    const others = entries.filter(([name]) => !OF_THE_PROGRAM.includes(name));
    const stored = others.filter((entry) => entry[0] !== "retained" || isSaid(entry));
    return { ...Object.fromEntries(stored), program: Object.fromEntries(program) };
}

/** The same, side by side. What a preview does not know of the program, it knows of none of its properties. */
export function ungrouped({ program, ...props }: Props): Props {
    if (program === UNKNOWN) {
        const unknown = OF_THE_PROGRAM.filter((name) => name !== "resourceName" || !("dropletId" in props));
        return { ...Object.fromEntries(unknown.map((name) => [name, UNKNOWN])), ...props };
    }
    return isJsonObject(program) ? { ...program, ...props } : props;
}

/** A teardown by the Droplet's id, a teardown by its own tag, or the record of a `Droplet`. */
export type InputsKind = keyof typeof INPUT_PROPERTIES;
type InputProperty = (typeof INPUT_PROPERTIES)[InputsKind][number];

/** The kind of a teardown: only a `Droplet` gives its resource's name. */
export function detectKind(props: Props): Exclude<InputsKind, "record"> {
    return typeof props.resourceName === "string" ? "byTag" : "byId";
}

/**
 * The placeholder for a value that a preview does not know. The same text as `pulumi.runtime.unknownValue`, as a
 * literal, so that nothing here loads the Pulumi SDK.
 */
export const UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

/** Whether a value, or anything inside it, is unknown. */
export function isUnknown(value: unknown): boolean {
    if (value === UNKNOWN) {
        return true;
    }
    return typeof value === "object" && value !== null && Object.values(value).some(isUnknown);
}

/** A reason why inputs are rejected: a property path and one line. */
export interface CheckFailure {
    readonly property: string;
    readonly reason: string;
}

/** One property of a resource's inputs. */
interface Property {
    /** Without it, there is no resource. */
    readonly required?: true;
    /** What it is if it is not given, or if state does not say. */
    readonly otherwise?: unknown;
    /** What a program may give, completed. */
    readonly check: (value: unknown, property: string) => { readonly value: unknown } | CheckFailure[];
    /** What state holds, whoever wrote it; undefined: it does not say. */
    readonly stored: (value: unknown, property: string) => unknown;
}

const ACTIONS = POLICY_ACTIONS.map((action) => `"${action}"`).join(", ");
const POLICY_KEYS: readonly string[] = ["default", ...Object.values(POLICY_PROPERTY)];
const MAX_RETRIES = 100;
/** DigitalOcean's own rule for tags. */
const TAG = /^[A-Za-z0-9:_-]{1,255}$/;

const NAMES = { otherwise: [], check: checkNames, stored: storedNames };
const OFF = { otherwise: false, check: checkFlag, stored: storedFlag };

/** Each property of a resource's inputs, from the program to the state and back. */
export const PROPERTIES: Readonly<Record<InputProperty, Property>> = {
    dropletId: { required: true, check: checkDropletId, stored: storedDropletId },
    policy: { required: true, check: checkPolicy, stored: storedPolicy },
    keep: NAMES,
    managed: NAMES,
    volumeIds: NAMES,
    timeout: { otherwise: "15m", check: checkTimeout, stored: storedText },
    token: { check: checkToken, stored: storedText },
    apiEndpoint: { check: checkEndpoint, stored: storedText },
    resourceUrn: { check: (value) => ({ value }), stored: storedText },
    team: { check: (value) => ({ value }), stored: storedText },
    requireTag: { check: checkTag, stored: storedRequirement },
    tag: { required: true, check: checkTag, stored: storedTag },
    enabled: { otherwise: true, check: checkFlag, stored: storedFlag },
    gracefulShutdown: OFF,
    finalSnapshot: { check: checkFinalSnapshot, stored: storedFinalSnapshot },
    retries: {
        otherwise: 3,
        check: checkRetries,
        stored: (value) => (typeof value === "number" ? value : undefined),
    },
    imported: OFF,
    retained: OFF,
    attached: NAMES,
    resourceName: { required: true, check: checkText, stored: (value) => storedText(value) ?? "" },
    stackTag: { required: true, check: checkTag, stored: (value) => storedText(value) ?? "" },
    dropletName: { check: checkText, stored: storedText },
    argumentsDigest: { check: checkText, stored: storedText },
    dropletExpiryTag: { check: checkTag, stored: storedText },
    ttl: { check: checkTtl, stored: storedText },
};

function checkDropletId(value: unknown, property: string): ReturnType<Property["check"]> {
    const isNumeral = typeof value === "string" && /^[1-9]\d*$/.test(value.trim());
    const id = isNumeral ? Number(value) : value;
    return isDropletId(id) ? { value: id } : wrong(property, "the number of a Droplet", value);
}

function isDropletId(id: unknown): id is number {
    return typeof id === "number" && Number.isSafeInteger(id) && id > 0;
}

export function storedDropletId(value: unknown, property: string): number {
    const id = Number(value);
    return isDropletId(id) ? id : missing("Droplet", property, value);
}

function storedTag(value: unknown, property: string): string {
    return storedText(value) ?? missing("tag", property, value);
}

function missing(what: string, property: string, value: unknown): never {
    throw new RefusedError(
        `the state names no ${what}: ${property} is ${JSON.stringify(value)}`,
        "invalid-input",
    );
}

/** What protects something, and was edited by hand into what nobody can read: to go on without it may destroy that. */
function unreadable(property: string, value: unknown): never {
    throw new RefusedError(`the state cannot be read: ${property} is ${quote(value)}`, "invalid-input");
}

function storedRequirement(value: unknown, property: string): string | undefined {
    return value == null || typeof value === "string" ? storedText(value) : unreadable(property, value);
}

function storedNames(value: unknown, property: string): string[] | undefined {
    if (value == null) {
        return undefined;
    }
    const names = Array.isArray(value) ? (value as unknown[]) : unreadable(property, value);
    return names.map((entry) =>
        typeof entry === "string" || typeof entry === "number" ? String(entry) : unreadable(property, value),
    );
}

function checkPolicy(value: unknown, property: string): ReturnType<Property["check"]> {
    if (isAction(value)) {
        return { value: resolvePolicy(value) };
    }
    if (!isJsonObject(value)) {
        return wrong(property, `${ACTIONS} or an object by kind`, value);
    }
    const failures = policyFailures(value, property);
    return failures.length > 0 ? failures : { value: resolvePolicy(value) };
}

/** What is wrong with a policy by kind, whatever the unknown parts of it turn out to be. */
function policyFailures(policy: unknown, property: string): CheckFailure[] {
    const given = Object.entries(isJsonObject(policy) ? policy : { default: UNKNOWN }).filter(
        ([, action]) => action != null,
    );
    const failures = given.flatMap(([key, action]): CheckFailure[] => {
        const path = `${property}.${key}`;
        if (!POLICY_KEYS.includes(key)) {
            const kinds = POLICY_KEYS.join(", ");
            return [{ property: path, reason: `${printable(path)} is not a resource kind; use ${kinds}` }];
        }
        return isAction(action) || isUnknown(action) ? [] : wrong(path, `one of ${ACTIONS}`, action);
    });
    const named = given.map(([key]) => key);
    const unnamed = POLICY_KEYS.slice(1).filter((key) => !named.includes(key));
    if (!named.includes("default") && unnamed.length > 0) {
        const path = `${property}.default`;
        const reason = `${path} is required, because ${unnamed.join(", ")} are not given`;
        failures.push({ property: path, reason });
    }
    return failures;
}

function isAction(value: unknown): value is PolicyAction {
    return POLICY_ACTIONS.some((action) => action === value);
}

/** The stored policy is resolved; a missing kind is kept. */
function storedPolicy(value: unknown, property: string): unknown {
    const given = Object.entries(isJsonObject(value) ? value : {}).filter(([, action]) => action != null);
    const wrongOne = given.find(([, action]) => !isAction(action));
    return wrongOne === undefined
        ? { ...resolvePolicy("keep"), ...Object.fromEntries(given) }
        : unreadable(`${property}.${wrongOne[0]}`, wrongOne[1]);
}

function checkNames(value: unknown, property: string): ReturnType<Property["check"]> {
    if (!Array.isArray(value)) {
        return wrong(property, "a list", value);
    }
    const failures = value.flatMap((entry: unknown, index) =>
        // Any other number was a text before, such as 1.10: it would name something else.
        (typeof entry === "string" && entry.trim() !== "") || Number.isSafeInteger(entry)
            ? []
            : wrong(`${property}[${index}]`, "an id, an address or a name", entry),
    );
    return failures.length > 0
        ? failures
        : { value: [...new Set(value.map((entry) => String(entry).trim()))] };
}

export function storedTexts(value: unknown): string[] {
    return Array.isArray(value) ? value.filter((entry): entry is string => typeof entry === "string") : [];
}

function checkTimeout(value: unknown, property: string): ReturnType<Property["check"]> {
    return typeof value === "string" && parseDuration(value) !== null
        ? { value: value.trim() }
        : wrong(property, 'a duration such as "90s", "15m" or "1h30m"', value);
}

/** An hour is the least that an `up` keeps in hand, and ten years the most that an expiry tag is written for. */
const [MIN_TTL_MS, MAX_TTL_MS] = [parseAge("1h") ?? 0, parseAge("520w") ?? 0];

function checkTtl(value: unknown, property: string): ReturnType<Property["check"]> {
    const ttlMs = typeof value === "string" ? parseAge(value) : null;
    return ttlMs !== null && ttlMs >= MIN_TTL_MS && ttlMs <= MAX_TTL_MS
        ? { value: String(value).trim() }
        : wrong(property, 'a time such as "12h", "7d" or "4w", from 1h to 520w', value);
}

function checkRetries(value: unknown, property: string): ReturnType<Property["check"]> {
    return typeof value === "number" && Number.isInteger(value) && value >= 0 && value <= MAX_RETRIES
        ? { value }
        : wrong(property, `a whole number from 0 to ${MAX_RETRIES}`, value);
}

function checkTag(value: unknown, property: string): ReturnType<Property["check"]> {
    return typeof value === "string" && TAG.test(value.trim())
        ? { value: value.trim() }
        : wrong(property, 'a tag of letters, digits, ":", "-" and "_"', value);
}

function checkFlag(value: unknown, property: string): ReturnType<Property["check"]> {
    return typeof value === "boolean" ? { value } : wrong(property, "true or false", value);
}

function storedFlag(value: unknown): boolean | undefined {
    return typeof value === "boolean" ? value : undefined;
}

function checkText(value: unknown, property: string): ReturnType<Property["check"]> {
    return typeof value === "string" && value.trim() !== "" ? { value } : wrong(property, "a string", value);
}

export function storedText(value: unknown): string | undefined {
    return typeof value === "string" && value !== "" ? value : undefined;
}

function checkFinalSnapshot(value: unknown, property: string): ReturnType<Property["check"]> {
    const failure = typeof value === "string" ? templateFailure(value) : "must be true or a name prefix";
    return value === true || failure === null
        ? { value }
        : [{ property, reason: `${property} ${failure}, not ${quote(value)}` }];
}

/** Any other stored value requests a snapshot as well: one too many is better than none. */
function storedFinalSnapshot(value: unknown): true | string | undefined {
    const isAbsent = value === undefined || value === null || value === false;
    return isAbsent ? undefined : (storedText(value) ?? true);
}

function checkEndpoint(value: unknown, property: string): ReturnType<Property["check"]> {
    if (typeof value !== "string") {
        return wrong(property, "a URL", value);
    }
    try {
        parseEndpoint(value);
        return { value };
    } catch (thrown) {
        return knownOr(thrown, RefusedError, (error) => [{ property, reason: error.message }]);
    }
}

/** The value is a secret. The engine would show it next to a property name, so the failure has none. */
function checkToken(value: unknown, property: string): ReturnType<Property["check"]> {
    if (typeof value === "string" && value.trim() !== "") {
        return { value: value.trim() };
    }
    const it = typeof value === "string" ? "blank" : "no string";
    const reason = `${property} must be a DigitalOcean API token, but it is ${it}`;
    return [{ property: `${property} (secret)`, reason }];
}

/** @param what what it must be */
function wrong(property: string, what: string, value: unknown): CheckFailure[] {
    return [{ property, reason: `${property} must be ${what}, not ${quote(value)}` }];
}

/** What a policy may be, in words. */
const POLICY_WORDS = `one of ${ACTIONS}, or an object by kind`;

function quote(value: unknown): string {
    // JSON escapes only the first 32 characters; others can move the cursor as well.
    const text = printable(value === undefined ? "undefined" : JSON.stringify(value));
    return text.length > 80 ? `${text.slice(0, 77)}...` : text;
}

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

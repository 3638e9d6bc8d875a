import { TeardownError } from "../teardown/errors.js";
import {
    type DestroyStatus,
    type Droplet,
    type DropletProgress,
    type Inventory,
    RESOURCE_KINDS,
    type ResourceKind,
    type ResourceProgress,
    type ResourceRef,
    sameResource,
    type UnknownKind,
} from "../teardown/model.js";
import type {
    Account,
    DropletAction,
    DropletPage,
    DropletSnapshot,
    ListedReservedIp,
    ListedSnapshot,
    ListedVolume,
    Placement,
} from "../teardown/ports.js";

/** Any JSON object, with unvalidated fields. */
export type JsonObject = Readonly<Record<string, unknown>>;

/** Undefined: the text is not JSON. */
export function parseJson(text: string): unknown {
    try {
        return JSON.parse(text) as unknown;
    } catch {
        return undefined;
    }
}

export function isJsonObject(value: unknown): value is JsonObject {
    return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** C0 and C1 controls, line and paragraph separators, and the marks that reorder text on a terminal. */
const CONTROL_CHARACTERS = /[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]+/gu;

/** One line that is safe to print: control characters become spaces, and the ends are trimmed. */
export function printable(text: string): string {
    return text.replace(CONTROL_CHARACTERS, " ").trim();
}

/** The first `length` characters of a text as one line with single spaces. */
export function excerpt(text: string, length: number): string {
    const line = printable(text).replace(/\s+/g, " ");
    return line.length <= length ? line : `${line.slice(0, length)}…`;
}

/** Prices are far below this; above it, a double loses cents. */
const MAX_AMOUNT = 1e9;

/** More digits than any price has, and fewer than those affected by binary rounding. */
const SIGNIFICANT_DIGITS = 12;
const FRACTION_DIGITS = 12;

/** A JSON number as the intended decimal string; null if it cannot be a price. */
export function toDecimal(amount: number): string | null {
    if (!(amount >= 0 && amount < MAX_AMOUNT)) {
        return null;
    }
    const rounded = Number(amount.toPrecision(SIGNIFICANT_DIGITS));
    const shortest = String(rounded);
    return shortest.includes("e") ? trimZeros(rounded.toFixed(FRACTION_DIGITS)) : shortest;
}

/** A plain decimal such as `10.00`, unchanged; null for anything else. */
export function parseDecimal(text: string | null): string | null {
    return text !== null && /^\d{1,9}(?:\.\d{1,18})?$/.test(text) ? text : null;
}

function trimZeros(digits: string): string {
    return digits.replace(/\.?0+$/, "");
}

/** A field of an answer has an invalid type; the message names its path. */
export class MalformedError extends TeardownError {}

/** A value of an answer and its path, such as `resources.volumes[0].id`. */
interface Field {
    readonly value: unknown;
    readonly path: string;
}

/** The properties of an object, by name. */
type Fields = (name: string) => Field;

function requiredRoot(body: unknown): JsonObject {
    return requiredObject({ value: body, path: "body" });
}

/** A property of the body. */
export function fieldIn(body: unknown, name: string): Field {
    return getField(requiredRoot(body), name);
}

/** Reads one own property; never an inherited one. */
function getField(object: JsonObject, name: string, parent = ""): Field {
    const value = Object.hasOwn(object, name) ? object[name] : undefined;
    return { value, path: parent === "" ? name : `${parent}.${name}` };
}

/** Those of a required object. */
function fieldsOf(entry: Field): Fields {
    const object = requiredObject(entry);
    return (name) => getField(object, name, entry.path);
}

/** Those of an object that need not be there: then none of them is set. */
export function fieldsIfAny(entry: Field): Fields {
    const object = optionalObject(entry) ?? {};
    return (name) => getField(object, name, entry.path);
}

/** Those of the body's object of this name. */
export function fieldsIn(body: unknown, name: string): Fields {
    return fieldsOf(fieldIn(body, name));
}

function requiredObject(field: Field): JsonObject {
    if (!isJsonObject(field.value)) {
        throw malformed(field, "an object");
    }
    return field.value;
}

/** Null if the field is not set. */
function optionalObject(field: Field): JsonObject | null {
    return isUnset(field.value) ? null : requiredObject(field);
}

/** The items of a list, each with its path; empty if the field is not set. */
function optionalList(field: Field): readonly Field[] {
    if (isUnset(field.value)) {
        return [];
    }
    if (!Array.isArray(field.value)) {
        throw malformed(field, "a list");
    }
    return field.value.map((value: unknown, index) => ({ value, path: `${field.path}[${index}]` }));
}

/** The items of a required list: a missing list is not an empty one. */
function requiredList(field: Field): readonly Field[] {
    if (field.value === undefined) {
        throw malformed(field, "a list");
    }
    return optionalList(field);
}

/** A required property, possibly null: a missing one says nothing. */
function given(field: Field): Field {
    if (field.value === undefined) {
        throw malformed(field, "an object or null");
    }
    return field;
}

/** A name, exactly as the API sent it, for exact comparison. Null if absent, null or blank. */
function optionalName(field: Field): string | null {
    if (isUnset(field.value)) {
        return null;
    }
    if (typeof field.value !== "string") {
        throw malformed(field, "a text");
    }
    return field.value;
}

/** Like `optionalName`, trimmed. */
export function optionalText(field: Field): string | null {
    return optionalName(field)?.trim() ?? null;
}

/** Numbers, UUIDs and addresses. Ids appear in paths, and in commands that people copy. */
const ID = /^[\w.:-]{1,255}$/;

/** An id as a string, whether it came as a number or as a string. */
function requiredId(field: Field): string {
    const id = typeof field.value === "number" ? numericId(field.value) : field.value;
    if (typeof id !== "string" || !ID.test(id.trim())) {
        throw malformed(field, "an id");
    }
    return id.trim();
}

function numericId(value: number): string | null {
    return Number.isSafeInteger(value) && value >= 0 ? String(value) : null;
}

/** The id of a Droplet, as a number. */
function requiredDropletId(field: Field): number {
    const id = requiredId(field);
    if (!/^[1-9]\d*$/.test(id) || !Number.isSafeInteger(Number(id))) {
        throw malformed(field, "the id of a Droplet");
    }
    return Number(id);
}

/** A count; 0 if the field is not set or negative. */
export function optionalCount(field: Field): number {
    if (isUnset(field.value)) {
        return 0;
    }
    const count = typeof field.value === "string" ? Number(field.value) : field.value;
    if (typeof count !== "number" || !Number.isSafeInteger(count)) {
        throw malformed(field, "a whole number");
    }
    return Math.max(count, 0);
}

/** US dollars as a decimal string; null if the field is not set or not an amount. */
function optionalAmount(field: Field): string | null {
    return typeof field.value === "number" ? toDecimal(field.value) : parseDecimal(optionalText(field));
}

/** A date as the API writes it. */
const DATE = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d+)?(?:Z|[+-]\d{2}:\d{2})$/;

/** Without a zone, JavaScript takes a time for the machine's own, hours off. */
const ZONELESS = /^\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?$/;

/**
 * An ISO date with its zone, as the API wrote it, else in UTC. Null if it is absent, null, blank, the zero time of Go
 * (year 1) or Unix, or not a date: what is not certainly finished is not finished.
 */
function optionalTime(field: Field): string | null {
    const text = optionalText(field) ?? "";
    const year = /^(\d{4})-\d{2}-\d{2}/.exec(text)?.[1];
    const atMs = Date.parse(ZONELESS.test(text) ? `${text}Z` : text);
    // The year is compared as text: JavaScript parses some spellings of year 1 as 2001.
    if (year === undefined || year <= "1970" || Number.isNaN(atMs)) {
        return null;
    }
    return DATE.test(text) ? text : new Date(atMs).toISOString();
}

/** Absent, null and blank are the same. */
export function isUnset(value: unknown): boolean {
    return value === undefined || value === null || (typeof value === "string" && value.trim() === "");
}

function malformed({ value, path }: Field, expected: string): MalformedError {
    return new MalformedError(`${path}: expected ${expected}, got ${describeValue(value)}`);
}

function describeValue(value: unknown): string {
    if (Array.isArray(value)) {
        return "a list";
    }
    switch (typeof value) {
        case "undefined":
            return "nothing";
        case "object":
            return value === null ? "null" : "an object";
        case "string":
            return `"${printable(value)}"`;
        default:
            return String(value);
    }
}

/** The lists of a resources object. A reserved IP is in two of them, with the same id. */
const LISTS: readonly (readonly [list: string, kind: ResourceKind])[] = [
    ["reserved_ips", "reserved_ip"],
    ["floating_ips", "reserved_ip"],
    ["snapshots", "snapshot"],
    ["volumes", "volume"],
    ["volume_snapshots", "volume_snapshot"],
];

/** Body of `GET /v2/droplets/{id}`. */
export function readDroplet(body: unknown): Droplet {
    return toDroplet(fieldsIn(body, "droplet"));
}

/** Body of `GET /v2/droplets`. */
export function readDropletPage(body: unknown): DropletPage {
    return { droplets: readDroplets(body), total: readTotal(body) };
}

/** How many entries all pages of a list have; null: the answer does not say. */
export function readTotal(body: unknown): number | null {
    const total = fieldsIfAny(fieldIn(body, "meta"))("total");
    return isUnset(total.value) ? null : optionalCount(total);
}

/** One Droplet of an answer. */
function toDroplet(field: Fields): Droplet {
    return {
        id: requiredDropletId(field("id")),
        name: optionalName(field("name")) ?? "",
        status: optionalText(field("status")) ?? "",
        tags: optionalList(field("tags")).flatMap((tag) => optionalName(tag) ?? []),
        monthlyPrice: optionalAmount(fieldsIfAny(field("size"))("price_monthly")),
        backups: optionalList(field("backup_ids")).length,
        createdAt: optionalTime(field("created_at")),
    };
}

/** Body of `GET /v2/droplets/{id}/destroy_with_associated_resources`. */
export function readAssociated(body: unknown): Inventory {
    const root = requiredRoot(body);
    const listed = eachResource(
        (list) => getField(root, list),
        (field) => ({
            name: optionalName(field("name")) ?? "",
            monthlyCost: optionalAmount(field("cost")),
        }),
    );
    const resources = mergeTwins(listed, (first, second) => ({
        ...first,
        name: first.name || second.name,
        monthlyCost: first.monthlyCost ?? second.monthlyCost,
    }));
    const read = LISTS.filter(([list]) => Object.hasOwn(root, list)).map(([, kind]) => kind);
    return {
        resources,
        unread: RESOURCE_KINDS.filter((kind) => !read.includes(kind)),
        unknownKinds: readUnknownKinds(root),
    };
}

/** Whatever they look like: nothing is done with them, and they are not ignored either. */
function readUnknownKinds(root: JsonObject): readonly UnknownKind[] {
    const others = Object.entries(root).filter(([list]) => !LISTS.some(([known]) => known === list));
    return others.flatMap(([list, value]) => {
        const entries: readonly unknown[] = Array.isArray(value) ? value : [];
        const names = entries.flatMap((entry) =>
            isJsonObject(entry) ? ([entry.name, entry.id].find(isLabel) ?? []) : [],
        );
        return entries.length === 0 ? [] : [{ list, count: entries.length, names: names.map(String) }];
    });
}

function isLabel(value: unknown): boolean {
    return !isUnset(value) && ["string", "number"].includes(typeof value);
}

/** Body of `GET /v2/droplets/{id}/destroy_with_associated_resources/status`; an empty object means no destroy. */
export function readStatus(body: unknown): DestroyStatus {
    const root = requiredRoot(body);
    if (Object.keys(root).length === 0) {
        return { state: "none" };
    }
    const droplet = believed(toDropletProgress(fieldsIfAny(getField(root, "droplet"))));
    const resources = readProgress(fieldsIfAny(getField(root, "resources")));
    const completedAt = optionalTime(getField(root, "completed_at"));
    const failures = Math.max(optionalCount(getField(root, "failures")), countErrors(droplet, resources));
    return completedAt === null
        ? { state: "running", droplet, resources }
        : { state: "completed", completedAt, failures, droplet, resources };
}

function readProgress(lists: Fields): readonly ResourceProgress[] {
    const listed = eachResource(lists, toDropletProgress);
    const merged = mergeTwins(listed, (first, second) => ({
        ...first,
        name: first.name || second.name,
        destroyedAt: first.destroyedAt ?? second.destroyedAt,
        error: first.error ?? second.error,
    }));
    return merged.map(believed);
}

/** A time of destruction beside an error contradicts it, and proves nothing. */
function believed<T extends DropletProgress>(progress: T): T {
    return progress.error === null ? progress : { ...progress, destroyedAt: null };
}

function toDropletProgress(field: Fields): DropletProgress {
    return {
        name: optionalName(field("name")) ?? "",
        destroyedAt: optionalTime(field("destroyed_at")),
        error: optionalText(field("error_message")),
    };
}

function countErrors(droplet: DropletProgress, resources: readonly ResourceProgress[]): number {
    return [droplet, ...resources].filter(({ error }) => error !== null).length;
}

function eachResource<T>(lists: Fields, read: (field: Fields) => T): readonly (ResourceRef & T)[] {
    return LISTS.flatMap(([list, kind]) =>
        optionalList(lists(list)).map((entry) => {
            const field = fieldsOf(entry);
            return { kind, id: requiredId(field("id")), ...read(field) };
        }),
    );
}

/** One entry per resource, in the order of its first mention. */
function mergeTwins<T extends ResourceRef & { readonly name: string }>(
    listed: readonly T[],
    merge: (first: T, second: T) => T,
): T[] {
    const merged: T[] = [];
    for (const resource of listed) {
        const index = merged.findIndex((other) => sameResource(other, resource));
        const first = merged[index];
        if (first === undefined) {
            merged.push(resource);
        } else {
            merged[index] = merge(first, resource);
        }
    }
    return merged;
}

/** Body of `GET /v2/account`; null if it names no team. */
export function readAccount(body: unknown): Account | null {
    const id = optionalText(fieldsIfAny(fieldsIn(body, "account")("team"))("uuid"));
    return id === null ? null : { id };
}

/** Body of `GET /v2/volumes/{id}`. Without its list of Droplets, a volume may be attached to one. */
export function readAttachments(body: unknown): Placement {
    return { dropletIds: requiredList(fieldsIn(body, "volume")("droplet_ids")).map(requiredDropletId) };
}

/**
 * Body of `GET /v2/reserved_ips/{ip}`, whose Droplet is complete, null, or an empty object. If it is missing, the
 * address may be assigned.
 */
export function readAssignment(body: unknown): Placement {
    const dropletId = assignedTo(fieldsIn(body, "reserved_ip")("droplet"));
    return { dropletIds: dropletId === null ? [] : [dropletId] };
}

/** The Droplet of an address; null: it has none. */
function assignedTo(field: Field): number | null {
    const droplet = optionalObject(given(field));
    return droplet === null || Object.keys(droplet).length === 0
        ? null
        : requiredDropletId(getField(droplet, "id", field.path));
}

/** The ids in a page of snapshots. */
export function readSnapshotIds(body: unknown): readonly string[] {
    return mapEntries(body, "snapshots", (field) => requiredId(field("id")));
}

/** Body of `GET /v2/snapshots/{id}`: only an answer with a snapshot in it shows that it exists, attached to nothing. */
export function readSnapshotPlace(body: unknown): Placement {
    return { dropletIds: [], name: optionalName(fieldsIn(body, "snapshot")("name")) };
}

/** Body of `GET /v2/snapshots/{id}`: what the snapshot was taken of; null where the answer does not say. */
export function readOwner(body: unknown): string | null {
    const owner = fieldsIn(body, "snapshot")("resource_id");
    return isUnset(owner.value) ? null : requiredId(owner);
}

/** Monthly cost in US cents, from DigitalOcean's price list: the lists have only sizes. */
const CENTS = { volumeGigabyte: 10, snapshotGigabyte: 6, unassignedIp: 500 } as const;

/** A page of `GET /v2/droplets`. */
export function readDroplets(body: unknown): readonly Droplet[] {
    return mapEntries(body, "droplets", toDroplet);
}

/** A page of `GET /v2/volumes`. Without its list of Droplets, a volume may be attached to one. */
export function readVolumes(body: unknown): readonly ListedVolume[] {
    return mapEntries(body, "volumes", (field) => ({
        kind: "volume",
        id: requiredId(field("id")),
        name: optionalName(field("name")) ?? "",
        monthlyCost: toMonthlyCost(field("size_gigabytes"), CENTS.volumeGigabyte),
        createdAt: optionalTime(field("created_at")),
        dropletIds: requiredList(field("droplet_ids")).map(requiredDropletId),
    }));
}

/** A page of `GET /v2/snapshots?resource_type=…`. */
export function readSnapshots(body: unknown, kind: ListedSnapshot["kind"]): readonly ListedSnapshot[] {
    return mapEntries(body, "snapshots", (field) => ({
        kind,
        id: requiredId(field("id")),
        name: optionalName(field("name")) ?? "",
        monthlyCost: toMonthlyCost(field("size_gigabytes"), CENTS.snapshotGigabyte),
        createdAt: optionalTime(field("created_at")),
        ownerId: isUnset(field("resource_id").value) ? "" : requiredId(field("resource_id")),
    }));
}

/** The same of every kind, by name alone. */
export function readNames(body: unknown): readonly { readonly id: string; readonly name: string }[] {
    return mapEntries(body, "snapshots", (field) => ({
        id: requiredId(field("id")),
        name: optionalName(field("name")) ?? "",
    }));
}

/** A page of `GET /v2/reserved_ips`, which has no date for an address. Without its Droplet, it may be assigned. */
export function readReservedIps(body: unknown): readonly ListedReservedIp[] {
    return mapEntries(body, "reserved_ips", (field) => {
        const address = requiredId(field("ip"));
        const dropletId = assignedTo(field("droplet"));
        return {
            kind: "reserved_ip",
            id: address,
            name: address,
            monthlyCost: dropletId === null ? toDecimal(CENTS.unassignedIp / 100) : "0.00",
            createdAt: optionalTime(field("created_at")),
            dropletId,
        };
    });
}

/** @throws UnreadableError for an answer without the list */
export function requireList(body: unknown, list: string): void {
    requiredList(fieldIn(body, list));
}

export function mapEntries<T>(body: unknown, list: string, read: (field: Fields) => T): T[] {
    return requiredList(fieldIn(body, list)).map((entry) => read(fieldsOf(entry)));
}

function toMonthlyCost({ value }: Field, centsPerGigabyte: number): string | null {
    return typeof value === "number" ? toDecimal((value * centsPerGigabyte) / 100) : null;
}

/** A page of `GET /v2/droplets/{id}/actions`. */
export function readActions(body: unknown): readonly DropletAction[] {
    return mapEntries(body, "actions", toAction);
}

/** Body of `GET /v2/droplets/{id}/actions/{action}`, and of the answer to its POST. */
export function readAction(body: unknown): DropletAction {
    return toAction(fieldsIn(body, "action"));
}

function toAction(field: Fields): DropletAction {
    const status = optionalText(field("status"));
    return {
        id: Number(requiredId(field("id"))),
        type: optionalText(field("type")) ?? "",
        startedAtMs: optionalTimestamp(field("started_at")),
        state: status === "completed" || status === "errored" ? status : "in-progress",
    };
}

function optionalTimestamp(field: Field): number | null {
    const time = optionalTime(field);
    return time === null ? null : Date.parse(time);
}

/** A page of `GET /v2/droplets/{id}/snapshots`. */
export function readDropletSnapshots(body: unknown): readonly DropletSnapshot[] {
    return mapEntries(body, "snapshots", (field) => ({
        kind: "snapshot",
        id: requiredId(field("id")),
        name: optionalName(field("name")) ?? "",
        monthlyCost: toMonthlyCost(field("size_gigabytes"), CENTS.snapshotGigabyte),
        createdAtMs: optionalTimestamp(field("created_at")),
    }));
}

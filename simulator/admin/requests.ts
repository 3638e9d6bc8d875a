import type { Fault, FaultAction, FaultMatch } from "../faults/script.js";
import {
    flag,
    isObject,
    type JsonObject,
    number,
    optionalNumber,
    optionalText,
    text,
    texts,
} from "../http/fields.js";
import { ASSOCIATED_KINDS, type AssociatedKind } from "../state/records.js";
import type { Faults } from "./controls.js";
import type { Panel } from "./panel.js";

/**
 * `{match, times, after, do: {kind, …}}`, as in process; `times: null` is for ever. Besides the kinds of
 * `FaultAction` there are `{kind: "failItem", resourceId, message}` and `{kind: "failDroplet", dropletId, message}`.
 */
export function addFault(faults: Faults, body: JsonObject): void {
    const action = section(body, "do");
    const times = body.times === null ? Infinity : (optionalNumber(body, "times") ?? 1);
    const message = optionalText(action, "message");
    const failure = { times, ...(message === null ? {} : { message }) };
    switch (text(action, "kind")) {
        case "failItem": {
            faults.failItem(text(action, "resourceId"), failure);
            return;
        }
        case "failDroplet": {
            faults.failDroplet(number(action, "dropletId"), failure);
            return;
        }
        default: {
            const after = optionalNumber(body, "after") ?? 0;
            const fault: Fault = { match: toMatch(body), times, after, do: toAction(action) };
            faults.add(fault);
            return;
        }
    }
}

function toMatch(body: JsonObject): FaultMatch {
    const match = body.match === undefined ? {} : section(body, "match");
    const method = optionalText(match, "method");
    const path = optionalText(match, "path");
    const dropletId = optionalNumber(match, "dropletId");
    return {
        ...(method === null ? {} : { method }),
        ...(path === null ? {} : { path }),
        ...(dropletId === null ? {} : { dropletId }),
    };
}

function toAction(action: JsonObject): FaultAction {
    const kind = text(action, "kind");
    switch (kind) {
        case "answer":
            return {
                kind,
                status: number(action, "status"),
                ...given("id", optionalText(action, "id")),
                ...given("message", optionalText(action, "message")),
                ...given("body", action.body === undefined ? null : section(action, "body")),
                ...given("headers", action.headers === undefined ? null : headers(action)),
                afterEffect: flag(action, "afterEffect"),
            };
        case "tooManyRequests":
            return { kind, ...given("retryAfterS", optionalNumber(action, "retryAfterS")) };
        case "text":
            return {
                kind,
                text: text(action, "text"),
                ...given("status", optionalNumber(action, "status")),
                ...given("contentType", optionalText(action, "contentType")),
            };
        case "huge":
            return { kind, bytes: number(action, "bytes") };
        case "slow":
            return { kind, ms: number(action, "ms") };
        case "redirect":
            return {
                kind,
                location: text(action, "location"),
                ...given("status", optionalNumber(action, "status")),
            };
        case "echoToken":
            return { kind, ...given("status", optionalNumber(action, "status")) };
        case "hideKinds":
            return { kind, kinds: texts(action, "kinds").map(toKind) };
        case "truncated":
        case "dropBefore":
        case "dropAfter":
            return { kind };
        default:
            throw new TypeError(`there is no fault of kind ${kind}`);
    }
}

function given<Name extends string, Value>(name: Name, value: Value | null): Partial<Record<Name, Value>> {
    return value === null ? {} : ({ [name]: value } as Record<Name, Value>);
}

function headers(action: JsonObject): Record<string, string> {
    const entries = Object.entries(section(action, "headers"));
    return Object.fromEntries(entries.map(([name, value]) => [name.toLowerCase(), String(value)]));
}

function toKind(value: string): AssociatedKind {
    const kind = ASSOCIATED_KINDS.find((candidate) => candidate === value);
    if (kind === undefined) {
        throw new TypeError(`${value} is not one of ${ASSOCIATED_KINDS.join(", ")}`);
    }
    return kind;
}

function section(body: JsonObject, name: string): JsonObject {
    const value = body[name];
    if (!isObject(value)) {
        throw new TypeError(`${name} must be an object`);
    }
    return value;
}

/** `{do: "takeSnapshot", dropletId, name}`: a method of the panel, its parameters by name. */
export function doOnPanel(panel: Panel, body: JsonObject): unknown {
    const method = text(body, "do");
    const action = ACTIONS[method];
    if (action === undefined) {
        throw new TypeError(`the panel has no ${method}`);
    }
    return action(panel, body);
}

const ACTIONS: Readonly<Record<string, (panel: Panel, body: JsonObject) => unknown>> = {
    createDroplet: (panel, body) =>
        panel.createDroplet(text(body, "name"), {
            region: optionalText(body, "region") ?? "nyc3",
            size: optionalText(body, "size") ?? "s-1vcpu-1gb",
            image: optionalText(body, "image") ?? "ubuntu-24-04-x64",
            tags: texts(body, "tags"),
            backups: flag(body, "backups"),
            volumes: texts(body, "volumes"),
        }),
    deleteDroplet: (panel, body) => panel.deleteDroplet(number(body, "dropletId")),
    tagDroplet: (panel, body) => panel.tagDroplet(number(body, "dropletId"), text(body, "tag")),
    untagDroplet: (panel, body) => panel.untagDroplet(number(body, "dropletId"), text(body, "tag")),
    createTag: (panel, body) => panel.createTag(text(body, "name")),
    deleteTag: (panel, body) => panel.deleteTag(text(body, "name")),
    takeSnapshot: (panel, body) => panel.takeSnapshot(number(body, "dropletId"), text(body, "name")),
    takeBackup: (panel, body) => panel.takeBackup(number(body, "dropletId"), text(body, "name")),
    deleteSnapshot: (panel, body) => panel.deleteSnapshot(text(body, "snapshotId")),
    renameSnapshot: (panel, body) => panel.renameSnapshot(text(body, "snapshotId"), text(body, "name")),
    createVolume: (panel, body) =>
        panel.createVolume(
            text(body, "name"),
            optionalNumber(body, "sizeGigabytes") ?? undefined,
            optionalText(body, "region") ?? undefined,
        ),
    attachVolume: (panel, body) => panel.attachVolume(text(body, "volumeId"), number(body, "dropletId")),
    detachVolume: (panel, body) => panel.detachVolume(text(body, "volumeId")),
    snapshotVolume: (panel, body) => panel.snapshotVolume(text(body, "volumeId"), text(body, "name")),
    deleteVolume: (panel, body) => panel.deleteVolume(text(body, "volumeId")),
    createReservedIp: (panel, body) =>
        panel.createReservedIp(optionalText(body, "region") ?? undefined, optionalText(body, "again")),
    assignReservedIp: (panel, body) =>
        panel.assignReservedIp(text(body, "address"), number(body, "dropletId")),
    unassignReservedIp: (panel, body) => panel.unassignReservedIp(text(body, "address")),
    deleteReservedIp: (panel, body) => panel.deleteReservedIp(text(body, "address")),
    createReservedIpv6: (panel, body) => panel.createReservedIpv6(optionalText(body, "region") ?? undefined),
    assignReservedIpv6: (panel, body) =>
        panel.assignReservedIpv6(text(body, "address"), number(body, "dropletId")),
    destroy: (panel, body) =>
        panel.destroy(
            number(body, "dropletId"),
            body.resourceIds === undefined ? undefined : texts(body, "resourceIds"),
        ),
};

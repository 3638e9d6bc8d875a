import { type Call, hasScope, type Route } from "../http/call.js";
import {
    accepted,
    badRequest,
    conflict,
    forbidden,
    notFound,
    ok,
    type Reply,
    unprocessable,
} from "../http/reply.js";
import { ASSOCIATED_KINDS, type DestroyRecord, type DropletRecord } from "../state/records.js";
import { readDestroy } from "../views/destroy.js";
import { refuseWhilePending } from "./actions.js";
import type { Settings } from "../settings.js";
import { type Associated, associatedWith, LIST_KEYS, READ_SCOPES } from "./associated.js";
import { remembered, retryDestroy, startDestroy } from "./destroy.js";
import { found, lookUpDroplet, param } from "./lookup.js";

const PATH = "/v2/droplets/:droplet/destroy_with_associated_resources";

const DESTROY_SCOPES = [
    "droplet:delete",
    "block_storage:delete",
    "block_storage_snapshot:delete",
    "image:delete",
    "reserved_ip:delete",
];

function listAssociated(call: Call): Reply {
    const { state, settings } = call.world;
    const all = associatedWith(state, lookUpDroplet(call), settings.backupsListed);
    if (settings.associatedList !== "normal") {
        return ok(found(settings.associatedList === "empty" ? {} : undefined));
    }
    const body: Record<string, object[]> = {};
    for (const kind of ASSOCIATED_KINDS) {
        const visible = hasScope(call.caller, READ_SCOPES[kind]) ? all : [];
        const entries = visible
            .filter((resource) => resource.kind === kind)
            .map(({ id, name, cost }) => ({ id, name, ...listedCost(settings, cost) }));
        LIST_KEYS[kind].forEach((key) => (body[key] = entries));
    }
    return ok(body);
}

function listedCost({ listedCost: how }: Settings, cost: string): object {
    switch (how) {
        case "present":
            return { cost };
        case "absent":
            return {};
        case "empty":
            return { cost: "" };
    }
}

function destroySelective(call: Call): Reply {
    const droplet = lookUpDroplet(call);
    refuseAfterFailures(call);
    const asked = ASSOCIATED_KINDS.flatMap((kind) =>
        [...new Set(LIST_KEYS[kind].flatMap((key) => idsUnder(call, key)))].map((id) => ({ kind, id })),
    );
    const { state, settings } = call.world;
    if (asked.length === 0) {
        refuseEmpty(settings.emptySelective);
    }
    const all = associatedWith(state, droplet, settings.backupsListed);
    const wanted = all.filter((resource) => asked.some((ask) => same(ask, resource)));
    const unknown = asked
        .filter((ask) => !all.some((resource) => same(ask, resource)))
        .map((ask): Associated => ({ ...ask, name: ask.id, cost: "0.00" }));
    return submit(call, droplet, wanted, unknown);
}

/** The ids of one kind that a `selective` names. */
function idsUnder({ world, body }: Call, key: string): string[] {
    const given = body[key] ?? [];
    const list: readonly unknown[] = Array.isArray(given) ? given : [];
    const ids = list.filter((id) => typeof id === "string" || typeof id === "number").map(String);
    return Array.isArray(given) && ids.length === list.length ? ids : malformed(world.settings, key, ids);
}

function malformed({ malformedSelective }: Settings, key: string, readable: string[]): string[] {
    switch (malformedSelective) {
        case 202:
            return readable;
        case 400:
            throw badRequest(`${key} must be an array of strings`);
        case 422:
            throw unprocessable(`${key} must be an array of strings`);
    }
}

function refuseEmpty(answer: 202 | 400 | 422): void {
    switch (answer) {
        case 202:
            return;
        case 400:
            throw badRequest("No resources are listed.");
        case 422:
            throw unprocessable("No resources are listed.");
    }
}

function refuseAfterFailures(call: Call): void {
    const { world } = call;
    const former = findDestroy(call);
    const failed =
        former !== undefined &&
        former.completedAtMs !== null &&
        (former.failures > 0 || former.dropletError !== null);
    const answer = failed ? world.settings.selectiveAfterFailures : 202;
    switch (answer) {
        case 202:
            return;
        case 409:
            throw conflict("The last destroy of this Droplet has failed: retry it.");
        case 422:
            throw unprocessable("The last destroy of this Droplet has failed: retry it.");
    }
}

function destroyDangerous(call: Call): Reply {
    if (call.headers.get("x-dangerous") !== "true") {
        refuseUnconfirmed(call.world.settings.unconfirmedDangerous);
    }
    const droplet = lookUpDroplet(call);
    return submit(call, droplet, associatedWith(call.world.state, droplet, false), []);
}

function refuseUnconfirmed(answer: 400 | 403 | 422 | 202): void {
    const message = "The X-Dangerous header must be true.";
    switch (answer) {
        case 202:
            return;
        case 400:
            throw badRequest(message);
        case 403:
            throw forbidden(message);
        case 422:
            throw unprocessable(message);
    }
}

function submit(
    call: Call,
    droplet: DropletRecord,
    wanted: readonly Associated[],
    unknown: readonly Associated[],
): Reply {
    const { settings, state } = call.world;
    const current = state.destroys.find(call.caller.team, droplet.id);
    if (current?.completedAtMs === null) {
        return answerToSecond(settings.secondDestroy);
    }
    if (settings.destroyDuringEvent === 422) {
        refuseWhilePending(call.world, droplet);
    }
    if (unknown.length > 0 && settings.unknownIds === "rejected") {
        throw unprocessable("One of the resources is not associated with the Droplet.");
    }
    startDestroy(call.world, droplet, wanted, settings.unknownIds === "failure" ? unknown : []);
    return accepted();
}

function answerToSecond(answer: 409 | 202 | 404): Reply {
    switch (answer) {
        case 409:
            throw conflict("A destroy is already in progress for this Droplet.");
        case 404:
            throw notFound();
        case 202:
            return accepted();
    }
}

function retry(call: Call): Reply {
    const record = found(findDestroy(call));
    if (record.completedAtMs === null) {
        throw conflict("A destroy is already in progress for this Droplet.");
    }
    const failed = record.dropletError !== null || record.items.some((item) => item.error !== null);
    if (failed) {
        retryDestroy(call.world, record);
        return accepted();
    }
    return answerToIdleRetry(call.world.settings.retryWithoutFailures);
}

function answerToIdleRetry(answer: 202 | 404 | 409 | 422): Reply {
    switch (answer) {
        case 202:
            return accepted();
        case 404:
            throw notFound();
        case 409:
            throw conflict("There is nothing to retry.");
        case 422:
            throw unprocessable("There is nothing to retry.");
    }
}

function same(ask: Pick<Associated, "kind" | "id">, resource: Associated): boolean {
    return ask.kind === resource.kind && ask.id === resource.id;
}

export const destroyRoutes: readonly Route[] = [
    { endpoint: `GET ${PATH}`, scopes: ["droplet:read"], answer: listAssociated },
    { endpoint: `DELETE ${PATH}/selective`, scopes: DESTROY_SCOPES, answer: destroySelective },
    { endpoint: `DELETE ${PATH}/dangerous`, scopes: DESTROY_SCOPES, answer: destroyDangerous },
    { endpoint: `GET ${PATH}/status`, scopes: ["droplet:delete"], answer: destroyStatus },
    { endpoint: `POST ${PATH}/retry`, scopes: DESTROY_SCOPES, answer: retry },
];

/** The last destroy of the Droplet in the path, until the time for which it is kept has passed. */
export function findDestroy(call: Call): DestroyRecord | undefined {
    const { world, caller } = call;
    return remembered(world, world.state.destroys.find(caller.team, Number(param(call, "droplet"))));
}

export function destroyStatus(call: Call): Reply {
    const record = findDestroy(call);
    const answer = record === undefined ? null : readDestroy(call.world, record);
    return ok(found(answer ?? withoutDestroy(call)));
}

/** What a living Droplet has for a status when there is no destroy to tell of. */
function withoutDestroy(call: Call): object | undefined {
    const { state, settings } = call.world;
    const droplet = state.droplets.find(call.caller.team, Number(param(call, "droplet")));
    return droplet !== undefined && settings.statusBeforeDestroy === "empty" ? {} : undefined;
}

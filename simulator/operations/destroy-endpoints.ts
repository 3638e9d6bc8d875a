import { badRequest, conflict, notFound, unprocessable } from "../http/errors.js";
import { texts } from "../http/fields.js";
import type { Call, Reply } from "../http/message.js";
import { accepted, ok } from "../http/message.js";
import type { Route } from "../http/router.js";
import { hasScope } from "../http/tokens.js";
import { ASSOCIATED_KINDS, type DestroyRecord, type DropletRecord } from "../state/records.js";
import { readDestroy } from "../views/destroy.js";
import { refuseWhilePending } from "./actions.js";
import { type Associated, LIST_KEYS, READ_SCOPES, associatedWith } from "./associated.js";
import { retryDestroy, startDestroy } from "./destroy.js";
import { dropletOf, found, param } from "./lookup.js";

const PATH = "/v2/droplets/:droplet/destroy_with_associated_resources";

const DESTROY_SCOPES = [
    "droplet:delete",
    "block_storage:delete",
    "block_storage_snapshot:delete",
    "image:delete",
    "reserved_ip:delete",
];

function listAssociated(call: Call): Reply {
    const all = associatedWith(call.world.state, dropletOf(call));
    const body: Record<string, object[]> = {};
    for (const kind of ASSOCIATED_KINDS) {
        const visible = hasScope(call.caller, READ_SCOPES[kind]) ? all : [];
        const entries = visible
            .filter((resource) => resource.kind === kind)
            .map(({ id, name, cost }) => ({ id, name, cost }));
        LIST_KEYS[kind].forEach((key) => (body[key] = entries));
    }
    return ok(body);
}

function destroySelective(call: Call): Reply {
    const droplet = dropletOf(call);
    const asked = ASSOCIATED_KINDS.flatMap((kind) =>
        [...new Set(LIST_KEYS[kind].flatMap((key) => texts(call.body, key)))].map((id) => ({ kind, id })),
    );
    const all = associatedWith(call.world.state, droplet);
    const wanted = all.filter((resource) => asked.some((ask) => same(ask, resource)));
    const unknown = asked
        .filter((ask) => !all.some((resource) => same(ask, resource)))
        .map((ask): Associated => ({ ...ask, name: ask.id, cost: "0.00" }));
    return submit(call, droplet, wanted, unknown);
}

function destroyDangerous(call: Call): Reply {
    if (call.headers.get("x-dangerous") !== "true") {
        throw badRequest("The X-Dangerous header must be true.");
    }
    const droplet = dropletOf(call);
    return submit(call, droplet, associatedWith(call.world.state, droplet), []);
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

function status(call: Call): Reply {
    const body = readDestroy(call.world, destroyOf(call));
    return ok(found(body ?? undefined));
}

function retry(call: Call): Reply {
    const record = destroyOf(call);
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

/** 404 once the time for which it is kept has passed. */
function destroyOf(call: Call): DestroyRecord {
    const { state, agenda, settings } = call.world;
    const record = found(state.destroys.find(call.caller.team, Number(param(call, "droplet"))));
    const endMs = (record.completedAtMs ?? Infinity) + settings.statusRetentionMs;
    return found(agenda.now() < endMs ? record : undefined);
}

function same(ask: Pick<Associated, "kind" | "id">, resource: Associated): boolean {
    return ask.kind === resource.kind && ask.id === resource.id;
}

export const destroyRoutes: readonly Route[] = [
    { endpoint: `GET ${PATH}`, scopes: ["droplet:read"], answer: listAssociated },
    { endpoint: `DELETE ${PATH}/selective`, scopes: DESTROY_SCOPES, answer: destroySelective },
    { endpoint: `DELETE ${PATH}/dangerous`, scopes: DESTROY_SCOPES, answer: destroyDangerous },
    { endpoint: `GET ${PATH}/status`, scopes: ["droplet:delete"], answer: status },
    { endpoint: `POST ${PATH}/retry`, scopes: DESTROY_SCOPES, answer: retry },
];

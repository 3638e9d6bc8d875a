import type { Call, Route } from "../http/call.js";
import { conflict, ok, page, type Reply, unprocessable } from "../http/reply.js";
import type { ActionRecord, DropletRecord } from "../state/records.js";
import { actionView } from "../views/resources.js";
import type { World } from "../world.js";
import { lookUpAction } from "./lookup.js";

export interface NewAction {
    readonly team: string;
    readonly type: string;
    readonly resourceType: ActionRecord["resourceType"];
    readonly resourceKey: string;
    readonly resourceId: number | null;
    readonly region: string;
    /** How long it takes; the setting `actionMs` unless said. */
    readonly durationMs?: number;
}

/** Starts an action; `effect` happens at its end, and a throw in it makes the action "errored". */
export function startAction(world: World, action: NewAction, effect: () => void): ActionRecord {
    const { state, agenda, settings } = world;
    const { durationMs, ...fields } = action;
    const record = state.actions.add({
        ...fields,
        id: state.ids.action(),
        createdAtMs: agenda.now(),
        status: "in-progress",
        completedAtMs: null,
    });
    agenda.later(durationMs ?? settings.actionMs, () => {
        try {
            effect();
            record.status = "completed";
        } catch {
            record.status = "errored";
        }
        record.completedAtMs = agenda.now();
    });
    return record;
}

/** An action that occupies a Droplet: until it ends, and while a destroy runs, others are refused. */
export function startDropletAction(
    world: World,
    droplet: DropletRecord,
    action: Omit<NewAction, "team" | "region">,
    effect: () => void,
): ActionRecord {
    refuseDuringDestroy(world, droplet, world.settings.actionDuringDestroy);
    if (!isSecondAttach(world, droplet, action.type) || world.settings.secondAttach === 422) {
        refuseWhilePending(world, droplet);
    }
    const record = startAction(world, { ...action, team: droplet.team, region: droplet.region }, () => {
        if (droplet.pendingActionId === record.id) {
            droplet.pendingActionId = null;
        }
        if (world.state.droplets.get(droplet.id) === undefined) {
            throw new Error("the Droplet is gone");
        }
        effect();
    });
    droplet.pendingActionId = record.id;
    return record;
}

export function refuseWhilePending(world: World, droplet: DropletRecord): void {
    if (world.settings.pendingEvents && droplet.pendingActionId !== null) {
        throw unprocessable("Droplet already has a pending event.");
    }
}

export function refuseDuringDestroy(
    { state }: World,
    droplet: DropletRecord,
    answer: "accepted" | 204 | 409 | 422,
): void {
    const isRunning = state.destroys.get(droplet.id)?.completedAtMs === null;
    switch (isRunning ? answer : "accepted") {
        case "accepted":
        case 204:
            return;
        case 409:
            throw conflict("A destroy is in progress for this Droplet.");
        case 422:
            throw unprocessable("Droplet already has a pending event.");
    }
}

function isSecondAttach({ state }: World, { pendingActionId }: DropletRecord, type: string): boolean {
    const attach = "attach_volume";
    return type === attach && pendingActionId !== null && state.actions.get(pendingActionId)?.type === attach;
}

export function listActionsFor(call: Call, resourceKey: string): Reply {
    const actions = call.world.state.actions.list(call.caller.team);
    return page(
        call,
        "actions",
        actions.filter((action) => action.resourceKey === resourceKey).reverse(),
        actionView,
    );
}

export const actionRoutes: readonly Route[] = [
    {
        endpoint: "GET /v2/actions",
        scopes: ["actions:read"],
        answer: (call) =>
            page(call, "actions", call.world.state.actions.list(call.caller.team).reverse(), actionView),
    },
    {
        endpoint: "GET /v2/actions/:action",
        scopes: ["actions:read"],
        answer: (call) => ok({ action: actionView(lookUpAction(call, null)) }),
    },
];

export function actionLink(url: URL, action: ActionRecord): object {
    return { id: action.id, rel: action.type, href: new URL(`/v2/actions/${action.id}`, url).href };
}

import type { DropletAction, DropletSnapshot } from "../teardown/ports.js";
import {
    fieldOf,
    idOf,
    objectOf,
    optionalName,
    optionalText,
    optionalTime,
    requiredListOf,
    rootOf,
    type Field,
} from "./wire-fields.js";
import { snapshotCost } from "./wire.js";

/** A page of `GET /v2/droplets/{id}/actions`. */
export function readActions(body: unknown): readonly DropletAction[] {
    return requiredListOf(fieldOf(rootOf(body), "actions")).map(actionOf);
}

/** Body of `GET /v2/droplets/{id}/actions/{action}`, and of the answer to its POST. */
export function readAction(body: unknown): DropletAction {
    return actionOf(fieldOf(rootOf(body), "action"));
}

function actionOf(entry: Field): DropletAction {
    const action = objectOf(entry);
    const status = optionalText(fieldOf(action, "status", entry.path));
    return {
        id: Number(idOf(fieldOf(action, "id", entry.path))),
        type: optionalText(fieldOf(action, "type", entry.path)) ?? "",
        startedAtMs: timeOf(fieldOf(action, "started_at", entry.path)),
        state: status === "completed" || status === "errored" ? status : "in-progress",
    };
}

function timeOf(field: Field): number | null {
    const time = optionalTime(field);
    return time === null ? null : Date.parse(time);
}

/** A page of `GET /v2/droplets/{id}/snapshots`. */
export function readDropletSnapshots(body: unknown): readonly DropletSnapshot[] {
    return requiredListOf(fieldOf(rootOf(body), "snapshots")).map((entry) => {
        const item = objectOf(entry);
        const field = (name: string): Field => fieldOf(item, name, entry.path);
        return {
            kind: "snapshot",
            id: idOf(field("id")),
            name: optionalName(field("name")) ?? "",
            monthlyCost: snapshotCost(field("size_gigabytes")),
            createdAtMs: timeOf(field("created_at")),
        };
    });
}

import { type JsonObject, flag, number, optionalNumber, optionalText, text, texts } from "../http/fields.js";
import type { Panel } from "./panel.js";

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
    createReservedIp: (panel, body) => panel.createReservedIp(optionalText(body, "region") ?? undefined),
    assignReservedIp: (panel, body) => panel.assignReservedIp(text(body, "ip"), number(body, "dropletId")),
    unassignReservedIp: (panel, body) => panel.unassignReservedIp(text(body, "ip")),
    deleteReservedIp: (panel, body) => panel.deleteReservedIp(text(body, "ip")),
    destroy: (panel, body) =>
        panel.destroy(
            number(body, "dropletId"),
            body.resourceIds === undefined ? undefined : texts(body, "resourceIds"),
        ),
};

import { ApiError, AuthenticationError, isNoNews } from "./errors.js";
import type { NoNews, Question, Said } from "./findings.js";
import { type AssociatedResource, hasOwnEndpoint, type ResourceKind } from "./model.js";
import type { DropletApi } from "./ports.js";

/**
 * The one place where a teardown reads from DigitalOcean.
 * @throws AuthenticationError, an interruption, and a fault of the program
 */
export async function ask(
    question: Question,
    dropletId: number,
    api: DropletApi,
    signal: AbortSignal,
): Promise<Said | NoNews> {
    if (question.about === "resource" && !hasOwnEndpoint(question.resource)) {
        return { is: "unreadable", error: new Error("DigitalOcean did not return its address") };
    }
    try {
        const value = await read(question, dropletId, api, signal);
        return value === null ? { is: "absent" } : { is: "read", value };
    } catch (error) {
        const isAnswer = error instanceof ApiError && !(error instanceof AuthenticationError);
        // One resource of many whose answer cannot be used is no reason to wait.
        if (isAnswer && (question.about === "resource" || !isNoNews(error))) {
            return { is: "unreadable", error };
        }
        if (isNoNews(error)) {
            return { is: "no news", error };
        }
        throw error;
    }
}

/** Null: a 404. */
function read(question: Question, dropletId: number, api: DropletApi, signal: AbortSignal): Promise<unknown> {
    switch (question.about) {
        case "droplet":
            return api.droplet(dropletId, signal);
        case "destroy":
            return api.status(dropletId, signal);
        case "list":
            return api.associated(dropletId, signal);
        case "team":
            return api.account(signal);
        case "snapshots":
            return api.snapshotsForDroplet(dropletId, signal);
        case "actions":
            return api.actions(dropletId, signal);
        case "own snapshots":
            return api.dropletSnapshots(dropletId, signal);
        case "action":
            return api.action(dropletId, question.actionId, signal);
        case "kind":
            return api.accessTo(question.kind, signal);
        case "resource":
            return api.find(question.resource, signal);
        case "volume's snapshots":
            return api.volumeSnapshots(question.volumeId, signal);
        case "source":
            return api.volumeForSnapshot(question.snapshotId, signal);
        case "keep entry":
            return exists(question.entry, question.byName, api, signal);
    }
}

/** The account resource that an entry may be the id or address of, outside a Droplet's associated list. */
const ADDRESSED: readonly (readonly [ResourceKind, RegExp])[] = [
    ["snapshot", /^\d+$/],
    ["volume", /^[0-9a-f]{8}-[0-9a-f-]{27}$/i],
    ["volume_snapshot", /^[0-9a-f]{8}-[0-9a-f-]{27}$/i],
    ["reserved_ip", /^\d+\.\d+\.\d+\.\d+$/],
];

/** Whether an entry of a keep list is the id, address or name of something in the account. */
async function exists(
    entry: string,
    byName: boolean,
    api: DropletApi,
    signal: AbortSignal,
): Promise<boolean> {
    for (const [kind, form] of ADDRESSED) {
        const resource: AssociatedResource = { kind, id: entry, name: entry, monthlyCost: null };
        if (form.test(entry) && (await isThere(resource, api, signal))) {
            return true;
        }
    }
    return byName && api.hasNamed(entry, signal);
}

async function isThere(resource: AssociatedResource, api: DropletApi, signal: AbortSignal): Promise<boolean> {
    try {
        return (await api.find(resource, signal)) !== null;
    } catch (error) {
        if (error instanceof ApiError && [400, 403, 422].includes(error.status)) {
            return false;
        }
        throw error;
    }
}

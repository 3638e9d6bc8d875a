import { memoryTag } from "../../../provider/ownership/verdict.js";
import type { LoggedRequest } from "../../../simulator/index.js";
import { Violation } from "../../random-worlds/violation.js";
import { EXECUTOR, OURS, RECORD } from "./chronicle.js";
import type { RunEvent } from "./event.js";

/** An `up` leaves the tag on a Droplet by which its teardown finds it, and the one that remembers it. */
export function checkTags({ run, ran, after, requests, simulator }: RunEvent): void {
    if (run.run !== "up" || ran.ended !== "well") {
        return;
    }
    const lost = requests.flatMap(tagsLost);
    const alive = new Set(simulator.state().droplets.map(({ id }) => id));
    // One that was replaced takes its tag with it, also where its record was not a target.
    const found = new Set(
        after.flatMap((one) => (one.type === EXECUTOR && !one.delete ? [one.inputs.tag] : [])),
    );
    for (const { type, urn, inputs, delete: isDeleted } of after) {
        const [tag, id] = [String(inputs.tag), Number(inputs.dropletId)];
        const isRecord = type === RECORD && !isDeleted && inputs.enabled !== false;
        const isOurs = isRecord && found.has(tag) && alive.has(id);
        if (isOurs && (lost.includes(`${tag} of ${id}`) || lost.includes(memoryTag(tag, id)))) {
            throw new Violation("an `up` leaves the tags by which a teardown finds its Droplet", urn);
        }
    }
}

/** The tags that a request of ours has deleted, or taken off Droplets. */
function tagsLost({ method, path, status, body, userAgent }: LoggedRequest): string[] {
    const [, name, isOff] = /^\/v2\/tags\/([^/]+)(\/resources)?$/.exec(path) ?? [];
    if (method !== "DELETE" || name === undefined || status !== 204 || !userAgent.startsWith(OURS)) {
        return [];
    }
    const tag = decodeURIComponent(name);
    if (isOff === undefined) {
        return [tag];
    }
    const { resources } = JSON.parse(body) as { readonly resources: { readonly resource_id: string }[] };
    return resources.map(({ resource_id: id }) => `${tag} of ${id}`);
}

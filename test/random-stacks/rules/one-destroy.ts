import { Violation } from "../../random-worlds/violation.js";
import { EXECUTOR, OURS, RECORD } from "./chronicle.js";
import type { RunEvent } from "./event.js";

const DESTROY =
    /^\/v2\/droplets\/(\d+)(?:\/destroy_with_associated_resources\/(?:selective|dangerous|retry))?$/;
const LOOK = /^\/v2\/droplets\/(\d+)(?:\/destroy_with_associated_resources\/status)?$/;
/** A request without an answer may have taken effect. */
const mayRun = (status: number): boolean => status === 0 || (status >= 200 && status < 300);

/** We run one destroy of a Droplet at a time: after one that may run, somebody looks before another one is sent. */
export function checkOneDestroy({ requests, before }: RunEvent): void {
    const unseen = new Set<string>();
    // Of two teardowns of one Droplet each asks for itself; DigitalOcean refuses the second.
    const byId = before.flatMap(({ type, inputs }) =>
        type === EXECUTOR || type === RECORD ? [inputs.dropletId] : [],
    );
    // So do two of one tag, where an interrupted replacement has left one of them to be deleted.
    const tags = before.flatMap(({ type, inputs }) => (type === EXECUTOR ? [inputs.tag ?? []] : [])).flat();
    const isShared = (id: string): boolean =>
        byId.filter((one) => one === Number(id)).length > 1 || new Set(tags).size < tags.length;
    for (const { method, path, status, userAgent } of requests) {
        if (!userAgent.startsWith(OURS)) {
            continue;
        }
        const [, looked] = method === "GET" ? (LOOK.exec(path) ?? []) : [];
        unseen.delete(looked ?? "");
        const [, destroyed] = method === "GET" ? [] : (DESTROY.exec(path) ?? []);
        if (destroyed !== undefined && unseen.has(destroyed) && !isShared(destroyed)) {
            throw new Violation("no destroy is repeated blindly", `${method} ${path}`);
        }
        if (destroyed !== undefined && mayRun(status)) {
            unseen.add(destroyed);
        }
    }
}

import assert from "node:assert/strict";

import type { LoggedRequest } from "../../simulator/index.js";

/** Requests that are further apart than this were not sent one after the other: something was waited for. */
const MAX_GAP_MS = 2_500;

/**
 * Rule 2, over a request log: no request destroys anything that was not looked at, or listed, after the last
 * wait. A destroy rests on a look at its Droplet and on its list, the delete of one resource on a look at it or
 * on the list of snapshots.
 * @param earlier requests that were checked before, on whose reads the first of these may rest
 */
export function assertFreshReads(
    latest: readonly LoggedRequest[],
    earlier: readonly LoggedRequest[] = [],
): void {
    const requests = [...earlier, ...latest];
    latest.forEach((request, number) => {
        const index = earlier.length + number;
        const since = requests.slice(lastWaitBefore(requests, index), index);
        const read = (pattern: RegExp): boolean =>
            since.some(
                ({ method, path, status }) => method === "GET" && status === 200 && pattern.test(path),
            );
        for (const { what, patterns } of requiredBy(request)) {
            const text = `${request.method} ${request.path} does not rest on a fresh look at ${what}`;
            assert.ok(patterns.some(read), text);
        }
    });
}

interface Requirement {
    readonly what: string;
    readonly patterns: readonly RegExp[];
}

function requiredBy({ method, path }: LoggedRequest): Requirement[] {
    const [, dropletId] = DESTROY.exec(path) ?? [];
    if (dropletId !== undefined && method !== "GET") {
        const droplet = [new RegExp(`^/v2/droplets/${dropletId}$`), /^\/v2\/droplets\?/];
        const list = [new RegExp(`^/v2/droplets/${dropletId}/destroy_with_associated_resources$`)];
        return [
            { what: "the droplet", patterns: droplet },
            { what: "what belongs to it", patterns: list },
        ];
    }
    const [, resource] = RESOURCE.exec(path) ?? [];
    return method === "DELETE" && resource !== undefined
        ? [{ what: "the resource", patterns: [exactly(resource), /^\/v2\/snapshots\?resource_type=droplet/] }]
        : [];
}

const DESTROY =
    /^\/v2\/droplets\/(\d+)(?:\/destroy_with_associated_resources\/(?:selective|dangerous|retry))?$/;
const RESOURCE = /^\/v2\/((?:volumes|snapshots|reserved_ips)\/[^/?]+)$/;

function exactly(resource: string): RegExp {
    return new RegExp(`^/v2/${resource.replaceAll(".", "\\.")}$`);
}

/** The index of the first request after the last gap; requests of others that share the token are in between. */
function lastWaitBefore(requests: readonly LoggedRequest[], index: number): number {
    let at = index;
    while (at > 0 && (requests[at]?.atMs ?? 0) - (requests[at - 1]?.atMs ?? 0) <= MAX_GAP_MS) {
        at -= 1;
    }
    return at;
}

/** A request about what belongs to a Droplet, about its destroy, or about how that stands. */
const DESTROY =
    /^\/v2\/droplets\/(\d+)\/destroy_with_associated_resources(?:\/(selective|retry|dangerous|status))?$/;
const RESOURCE = /^\/v2\/(?:volumes|snapshots|reserved_ips)\/([^/?]+)$/;
const ACTIONS = /^\/v2\/droplets\/(\d+)\/actions$/;
const DROPLET = /^\/v2\/droplets\/(\d+)$/;

/** What a path is about. */
export type Subject =
    /** `endpoint` is "list" for what belongs to the Droplet. */
    | { readonly is: "destroy"; readonly dropletId: number; readonly endpoint: string }
    | { readonly is: "droplet"; readonly dropletId: number }
    | { readonly is: "actions"; readonly dropletId: number }
    | { readonly is: "resource"; readonly key: string }
    /** `rest` is what follows `/v2/tags`. */
    | { readonly is: "tags"; readonly rest: string }
    | { readonly is: "other" };

export function findSubject(pathname: string): Subject {
    const [destroy, dropletId, endpoint = "list"] = DESTROY.exec(pathname) ?? [];
    if (destroy !== undefined) {
        return { is: "destroy", dropletId: Number(dropletId), endpoint };
    }
    const [, droplet] = DROPLET.exec(pathname) ?? [];
    if (droplet !== undefined) {
        return { is: "droplet", dropletId: Number(droplet) };
    }
    const [, acting] = ACTIONS.exec(pathname) ?? [];
    if (acting !== undefined) {
        return { is: "actions", dropletId: Number(acting) };
    }
    const [, key] = RESOURCE.exec(pathname) ?? [];
    if (key !== undefined) {
        return { is: "resource", key };
    }
    return pathname.startsWith("/v2/tags")
        ? { is: "tags", rest: decodeURIComponent(pathname.slice("/v2/tags".length)) }
        : { is: "other" };
}

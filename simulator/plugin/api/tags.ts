import type { Api } from "./api.js";

/** Gives a resource the tags it lacks and takes those that it should not have. Tags have no case. */
export async function setTags(
    api: Api,
    resource: { readonly id: string; readonly type: "droplet" | "volume" },
    before: readonly string[],
    after: readonly string[],
): Promise<void> {
    const body = { resources: [{ resource_id: resource.id, resource_type: resource.type }] };
    for (const tag of without(before, after)) {
        await api.delete(`/v2/tags/${encodeURIComponent(tag)}/resources`, body);
    }
    for (const tag of without(after, before)) {
        const made = await api.post<{ tag: { name: string } }>("/v2/tags", { name: tag });
        await api.post(`/v2/tags/${encodeURIComponent(made.tag.name)}/resources`, body);
    }
}

function without(tags: readonly string[], others: readonly string[]): string[] {
    const known = new Set(others.map((tag) => tag.toLowerCase()));
    return tags.filter((tag) => !known.has(tag.toLowerCase()));
}

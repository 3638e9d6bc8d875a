import { type Caller, hasScope } from "../http/tokens.js";
import type { TagRecord } from "../state/records.js";
import type { State } from "../state/state.js";
import { taggedWith } from "../state/tags.js";

type Rows = readonly { readonly id: string | number }[];

/** A tag with the counts of what carries it; a kind that the caller may not read is left out. */
export function tagView(state: State, caller: Caller, url: URL, tag: TagRecord): object {
    const { droplets, volumes, images, volumeSnapshots } = taggedWith(state, tag);
    const kinds: readonly (readonly [string, string, string, Rows])[] = [
        ["droplets", "droplet:read", "droplets", droplets],
        ["images", "image:read", "images", images],
        ["volumes", "block_storage:read", "volumes", volumes],
        ["volume_snapshots", "block_storage_snapshot:read", "snapshots", volumeSnapshots],
        ["databases", "database:read", "databases", []],
    ];
    const visible = kinds.filter(([, scope]) => hasScope(caller, scope));
    const groups = visible.map(([kind, , path, rows]) => [kind, statistics(url, path, rows)]);
    return {
        name: tag.name,
        resources: {
            count: visible.reduce((sum, [, , , rows]) => sum + rows.length, 0),
            ...(Object.fromEntries(groups) as object),
        },
    };
}

function statistics(url: URL, path: string, rows: Rows): object {
    const last = rows.at(-1);
    return last === undefined
        ? { count: 0 }
        : { count: rows.length, last_tagged_uri: new URL(`/v2/${path}/${last.id}`, url).href };
}

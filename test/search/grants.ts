import type { Grant } from "../../simulator/index.js";
import { SOMEBODY } from "./people.js";
import type { Kind, World } from "./world.js";

const READ_SCOPES: Readonly<Record<Kind, string>> = {
    reserved_ip: "reserved_ip:read",
    snapshot: "image:read",
    volume: "block_storage:read",
    volume_snapshot: "block_storage_snapshot:read",
};
const SCOPES = [
    ...["droplet:read", "droplet:delete", "droplet:update", "tag:read", "tag:create", "tag:delete"],
    ...["account:read", "block_storage:delete", "block_storage_snapshot:delete"],
    ...["image:delete", "image:update", "reserved_ip:delete"],
];

/** What our token and somebody else's open. */
export function grants({ hiddenKinds }: World, token: string): Record<string, Grant> {
    const reading = Object.entries(READ_SCOPES)
        .filter(([kind]) => !hiddenKinds.includes(kind as Kind))
        .map(([, scope]) => scope);
    return { [token]: hiddenKinds.length === 0 ? {} : { scopes: [...SCOPES, ...reading] }, [SOMEBODY]: {} };
}

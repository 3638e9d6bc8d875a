import type { Grant, Simulator, VirtualClock } from "../../simulator/index.js";
import { furnish, OTHER_EXECUTOR, snapshotName, STACK_TAG, type Things } from "./things.js";
import type { Doing, Kind, TagKind, World } from "./world.js";

/** The token of somebody else in the team. */
export const SOMEBODY = `dop_v1_${"5e".repeat(32)}`;

/** Sends a request as somebody else. What is wrong with the answer is their trouble. */
function send({ simulator }: Things, path: string, body: object | null = null): void {
    const init = {
        method: "POST",
        headers: { authorization: `Bearer ${SOMEBODY}`, "user-agent": "somebody" },
        ...(body === null ? {} : { body: JSON.stringify(body) }),
    };
    simulator.fetch(`https://api.digitalocean.com/v2/${path}`, init).catch(() => undefined);
}

/** What people need to know of a world. */
export interface Scene {
    readonly things: Things;
    readonly clock: VirtualClock;
    /** By which the Droplets are found; null: they are torn down by their ids. */
    readonly executorTag: string | null;
    /** Without which they are not destroyed, if any. */
    readonly guardTag: string | null;
}

/** A furnished world, with the tags by which our Droplets are found and guarded. */
export function sceneOf(
    world: World,
    { simulator, clock }: { readonly simulator: Simulator; readonly clock: VirtualClock },
    { executorTag, guardTag }: Pick<Scene, "executorTag" | "guardTag">,
): Scene {
    const tags = [executorTag, guardTag].filter((tag) => tag !== null);
    return { things: furnish(world, simulator, tags), clock, executorTag, guardTag };
}

/** Somebody does something; what is not possible any more is not done. */
export function act({ what }: Doing, { things, clock, executorTag, guardTag }: Scene): void {
    const { panel } = things.simulator;
    const droplet = (nth: number): number | null => {
        const id = things.droplet(nth);
        return isAlive(things, id) ? id : null;
    };
    switch (what.do) {
        case "attach": {
            const [volume, to] = [things.nth({ kind: "volume", nth: what.nth }), droplet(what.to)];
            whereBoth(volume, to, ({ id }, dropletId) => panel.attachVolume(id, dropletId), things);
            return;
        }
        case "detach": {
            whereAlive(things.nth({ kind: "volume", nth: what.nth }), things, ({ id }) =>
                panel.detachVolume(id),
            );
            return;
        }
        case "assign": {
            const [address, to] = [things.nth({ kind: "reserved_ip", nth: what.nth }), droplet(what.to)];
            whereBoth(address, to, ({ name }, id) => panel.assignReservedIp(name, id), things);
            return;
        }
        case "unassign": {
            whereAlive(things.nth({ kind: "reserved_ip", nth: what.nth }), things, ({ name }) =>
                panel.unassignReservedIp(name),
            );
            return;
        }
        case "snapshot": {
            where(droplet(what.of), (id) => things.snapshotDroplet(id, what.name));
            return;
        }
        case "begin snapshot": {
            const dropletId = things.droplet(what.of);
            const name = snapshotName(what.name, dropletId);
            send(things, `droplets/${dropletId}/actions`, { type: "snapshot", name });
            return;
        }
        case "snapshot volume": {
            whereAlive(things.nth({ kind: "volume", nth: what.nth }), things, ({ id }) =>
                things.snapshotVolume(id, what.name),
            );
            return;
        }
        case "delete": {
            whereAlive(things.nth(what), things, ({ kind, id, name }) => {
                switch (kind) {
                    case "volume": {
                        panel.deleteVolume(id);
                        return;
                    }
                    case "reserved_ip": {
                        panel.deleteReservedIp(name);
                        return;
                    }
                    case "snapshot":
                    case "volume_snapshot": {
                        panel.deleteSnapshot(id);
                        return;
                    }
                }
            });
            return;
        }
        case "delete droplet": {
            where(droplet(what.of), (id) => panel.deleteDroplet(id));
            return;
        }
        case "destroy": {
            where(droplet(what.of), (id) => {
                const all = things.simulator.state().droplets.find((one) => one.id === id)?.associated ?? [];
                const kindOf = (other: string) => things.all().find((one) => one.id === other)?.kind;
                panel.destroy(
                    id,
                    all.filter((other) => !what.but.includes(kindOf(other) ?? "volume")),
                );
            });
            return;
        }
        case "retry":
            send(things, `droplets/${things.droplet(what.of)}/destroy_with_associated_resources/retry`);
            return;
        case "untag": {
            where(droplet(what.of), (id) => tagsOf(things, id).forEach((tag) => panel.untagDroplet(id, tag)));
            return;
        }
        case "tag": {
            where(droplet(what.of), (id) => panel.tagDroplet(id, what.tag));
            return;
        }
        case "delete tags": {
            deleteTag(tagOf(what.which, things.droplet(what.of), executorTag), things);
            return;
        }
        case "take over": {
            where(droplet(what.of), (id) => {
                tagsOf(things, id).forEach((tag) => panel.untagDroplet(id, tag));
                panel.tagDroplet(id, OTHER_EXECUTOR);
            });
            return;
        }
        case "copy": {
            const tags = [STACK_TAG, executorTag, guardTag].filter((tag) => tag !== null);
            things.droplets.push(panel.createDroplet(`copy-${things.droplets.length}`, { tags }).id);
            return;
        }
        case "jump clock": {
            clock.jumpWall(what.ms);
            return;
        }
    }
}

function tagOf(which: TagKind, dropletId: number, executorTag: string | null): string | null {
    switch (which) {
        case "stack":
            return STACK_TAG;
        case "executor":
            return executorTag;
        case "memory":
            return executorTag === null ? null : `${executorTag}:${dropletId}`;
        case "mark":
            return executorTag === null ? null : `${executorTag}:${dropletId}:go`;
    }
}

function deleteTag(name: string | null, { simulator }: Things): void {
    if (name !== null && simulator.state().tags.some((tag) => tag.name === name)) {
        simulator.panel.deleteTag(name);
    }
}

function tagsOf({ simulator }: Things, dropletId: number): readonly string[] {
    return simulator.state().droplets.find(({ id }) => id === dropletId)?.tags ?? [];
}

function isAlive({ simulator }: Things, dropletId: number): boolean {
    return simulator.state().droplets.some(({ id }) => id === dropletId);
}

function where(dropletId: number | null, work: (id: number) => void): void {
    if (dropletId !== null) {
        work(dropletId);
    }
}

type Known = NonNullable<ReturnType<Things["nth"]>>;

function whereAlive(thing: Known | undefined, { simulator }: Things, work: (thing: Known) => void): void {
    if (thing !== undefined && simulator.history().some((one) => one.id === thing.id && one.by === null)) {
        work(thing);
    }
}

function whereBoth(
    thing: Known | undefined,
    dropletId: number | null,
    work: (thing: Known, dropletId: number) => void,
    things: Things,
): void {
    whereAlive(thing, things, (known) => where(dropletId, (id) => work(known, id)));
}

const READ_SCOPES: Readonly<Record<Kind, string>> = {
    reserved_ip: "reserved_ip:read",
    snapshot: "image:read",
    volume: "block_storage:read",
    volume_snapshot: "block_storage_snapshot:read",
};

const SCOPES = [
    ...["droplet:read", "droplet:delete", "droplet:update", "tag:read", "tag:create", "tag:delete"],
    ...["account:read", "block_storage:delete", "block_storage_snapshot:delete"],
    ...["image:delete", "image:update", "reserved_ip:delete", "actions:read"],
];

/** What our token and somebody else's open. */
export function grants({ hiddenKinds }: World, token: string): Record<string, Grant> {
    const reading = Object.entries(READ_SCOPES)
        .filter(([kind]) => !hiddenKinds.includes(kind as Kind))
        .map(([, scope]) => scope);
    return { [token]: hiddenKinds.length === 0 ? {} : { scopes: [...SCOPES, ...reading] }, [SOMEBODY]: {} };
}

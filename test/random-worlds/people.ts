import type { Simulator, VirtualClock } from "../../simulator/index.js";
import { dropletName, furnish, OTHER_EXECUTOR, snapshotName, STACK_TAG, type Things } from "./things.js";
import { SOMEBODY } from "./tokens.js";
import type { Doing, TagKind, World } from "./world.js";

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
    /** The tags by which our Droplets are found, one after the other; none: they are torn down by their ids. */
    readonly executors: readonly string[];
    /** Without which they are not destroyed, if any. */
    readonly guardTag: string | null;
    /** By which the command line selects them, if it does. */
    readonly selectedTag: string | null;
}

/** A furnished world, with the tags by which our Droplets are found and guarded. */
export function createScene(
    world: World,
    { simulator, clock }: { readonly simulator: Simulator; readonly clock: VirtualClock },
    {
        isProgram,
        guardTag,
        selectedTag,
    }: { readonly isProgram: boolean } & Pick<Scene, "guardTag" | "selectedTag">,
): Scene {
    const executors = isProgram ? EXECUTORS.slice(0, world.ours) : [];
    const tagsFor = (nth: number): string[] =>
        isProgram
            ? [STACK_TAG, ...executors.slice(nth, nth + 1)]
            : [guardTag, selectedTag].filter((tag) => tag !== null);
    return { things: furnish(world, simulator, tagsFor), clock, executors, guardTag, selectedTag };
}

const EXECUTORS = ["aa", "ab", "ac"].map((end) => `teardown-${end.padStart(16, "0")}`);

/** The tag by which one of our Droplets is found. */
export function findExecutor({ things, executors }: Scene, dropletId: number): string | null {
    return executors[things.droplets.indexOf(dropletId)] ?? null;
}

/** Somebody does something; what is not possible any more is not done. */
export function act({ what }: Doing, scene: Scene): void {
    const { things, clock, guardTag, selectedTag } = scene;
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
        case "hand out": {
            const address = things.currentAddress(what.nth);
            if (address !== undefined) {
                const isThere = isNow(address, things);
                whereAlive(address, things, ({ name }) => panel.deleteReservedIp(name));
                things.handOut(address, isThere);
                where(what.to === null ? null : droplet(what.to), (id) =>
                    panel.assignReservedIp(address.name, id),
                );
            }
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
        case "rename": {
            whereAlive(things.nth(what), things, (thing) => things.rename(thing, what.name));
            return;
        }
        case "delete droplet": {
            where(droplet(what.of), (id) => panel.deleteDroplet(id));
            return;
        }
        case "destroy": {
            where(droplet(what.of), (id) => {
                const all = things.simulator.state().droplets.find((one) => one.id === id)?.associated ?? [];
                const findKind = (other: string) => things.all().find((one) => one.id === other)?.kind;
                panel.destroy(
                    id,
                    all.filter((other) => !what.but.includes(findKind(other) ?? "volume")),
                );
            });
            return;
        }
        case "retry":
            send(things, `droplets/${things.droplet(what.of)}/destroy_with_associated_resources/retry`);
            return;
        case "untag": {
            where(droplet(what.of), (id) =>
                dropletTags(things, id).forEach((tag) => panel.untagDroplet(id, tag)),
            );
            return;
        }
        case "rescue": {
            where(guardTag === null ? null : droplet(what.of), (id) =>
                panel.untagDroplet(id, guardTag ?? ""),
            );
            return;
        }
        case "tag": {
            where(droplet(what.of), (id) => panel.tagDroplet(id, what.tag));
            return;
        }
        case "delete tags": {
            deleteTag(chooseTag(what.which, things.droplet(what.of), scene), things);
            return;
        }
        case "take over": {
            where(droplet(what.of), (id) => {
                dropletTags(things, id).forEach((tag) => panel.untagDroplet(id, tag));
                panel.tagDroplet(id, OTHER_EXECUTOR);
            });
            return;
        }
        case "copy": {
            const own = findExecutor(scene, things.droplet(what.of));
            const executor = own ?? scene.executors[0] ?? null;
            const stackTag = executor === null ? null : STACK_TAG;
            const tags = [stackTag, executor, guardTag, selectedTag].filter((tag) => tag !== null);
            const isNamesake = what.isNamesake === true && own !== null;
            const name = isNamesake ? dropletName(what.of) : `copy-${things.droplets.length}`;
            things.droplets.push(panel.createDroplet(name, { tags }).id);
            return;
        }
        case "shift": {
            things.shiftClutter(what.what);
            return;
        }
        case "jump clock": {
            clock.jumpWall(what.ms);
            return;
        }
    }
}

function chooseTag(which: TagKind, dropletId: number, scene: Scene): string | null {
    const executorTag = findExecutor(scene, dropletId);
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

function dropletTags({ simulator }: Things, dropletId: number): readonly string[] {
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

function whereAlive(thing: Known | undefined, things: Things, work: (thing: Known) => void): void {
    if (thing !== undefined && isNow(thing, things)) {
        work(thing);
    }
}

function isNow(thing: Known, { simulator }: Things): boolean {
    return simulator.history().some((one) => one.id === thing.id && one.by === null);
}

function whereBoth(
    thing: Known | undefined,
    dropletId: number | null,
    work: (thing: Known, dropletId: number) => void,
    things: Things,
): void {
    whereAlive(thing, things, (known) => where(dropletId, (id) => work(known, id)));
}

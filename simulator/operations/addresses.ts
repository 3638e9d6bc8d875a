import type { ReservedIpRecord, ReservedIpv6Record } from "../state/records.js";
import type { World } from "../world.js";
import { found } from "./lookup.js";
import { defaultProject } from "./projects.js";

export function createReservedIp(
    world: World,
    team: string,
    region: string,
    {
        projectId = null,
        again = null,
    }: { readonly projectId?: string | null; readonly again?: string | null } = {},
): ReservedIpRecord {
    const { state, agenda } = world;
    const project = projectId === null ? null : found(state.projects.find(team, projectId));
    const { address, associatedId } = state.ids.reservedIp(again);
    const now = agenda.now();
    const record = {
        id: address,
        associatedId,
        team,
        createdAtMs: now,
        region,
        dropletId: null,
        unassignedAtMs: null,
    };
    (project ?? defaultProject(world, team)).resources.set(`do:floatingip:${address}`, now);
    return state.reservedIps.add(record);
}

export function createReservedIpv6(
    { state, agenda }: World,
    team: string,
    region: string,
): ReservedIpv6Record {
    const id = state.ids.reservedIpv6();
    return state.reservedIpv6s.add({ id, team, createdAtMs: agenda.now(), region, dropletId: null });
}

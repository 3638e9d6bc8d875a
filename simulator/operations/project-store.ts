import type { ProjectRecord } from "../state/records.js";
import type { World } from "../world.js";

/** Every team has one, from the moment it is needed. */
export function defaultProject(world: World, team: string): ProjectRecord {
    return (
        world.state.projects.list(team).find((project) => project.isDefault) ??
        addProject(world, team, { name: team, isDefault: true })
    );
}

export function addProject(
    { state, agenda }: World,
    team: string,
    fields: Pick<ProjectRecord, "name" | "isDefault"> &
        Partial<Pick<ProjectRecord, "description" | "purpose" | "environment">>,
): ProjectRecord {
    return state.projects.add({
        description: "",
        purpose: "Operational / Developer tooling",
        environment: "Development",
        ...fields,
        id: state.ids.uuid(),
        team,
        createdAtMs: agenda.now(),
        updatedAtMs: agenda.now(),
        resources: new Map(),
    });
}

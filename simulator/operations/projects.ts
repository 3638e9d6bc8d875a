import type { Call, Route } from "../http/call.js";
import { optionalText, text, texts } from "../http/fields.js";
import { conflict, created, noContent, notFound, ok, page, type Reply } from "../http/reply.js";
import { teamUuid } from "../state/ids.js";
import type { ProjectRecord } from "../state/records.js";
import { iso } from "../views/resources.js";
import type { World } from "../world.js";
import { found, param } from "./lookup.js";

function projectOf(call: Call): ProjectRecord {
    const id = param(call, "project");
    const { team } = call.caller;
    return id === "default"
        ? defaultProject(call.world, team)
        : found(call.world.state.projects.find(team, id));
}

function projectView(project: ProjectRecord): object {
    return {
        id: project.id,
        owner_uuid: teamUuid(project.team),
        owner_id: 258_992,
        name: project.name,
        description: project.description,
        purpose: project.purpose,
        environment: project.environment,
        is_default: project.isDefault,
        created_at: iso(project.createdAtMs),
        updated_at: iso(project.updatedAtMs),
    };
}

function createProject(call: Call): Reply {
    const project = addProject(call.world, call.caller.team, {
        name: text(call.body, "name"),
        isDefault: false,
        description: optionalText(call.body, "description") ?? "",
        purpose: text(call.body, "purpose"),
        environment: optionalText(call.body, "environment") ?? "Development",
    });
    return created({ project: projectView(project) });
}

function updateProject(call: Call): Reply {
    const project = projectOf(call);
    project.name = optionalText(call.body, "name") ?? project.name;
    project.description = optionalText(call.body, "description") ?? project.description;
    project.purpose = optionalText(call.body, "purpose") ?? project.purpose;
    project.environment = optionalText(call.body, "environment") ?? project.environment;
    project.updatedAtMs = call.world.agenda.now();
    return ok({ project: projectView(project) });
}

function deleteProject(call: Call): Reply {
    const project = projectOf(call);
    if (project.resources.size > 0 || project.isDefault) {
        throw conflict("The project still has resources.");
    }
    call.world.state.projects.remove(project.id);
    return noContent();
}

function resourceView(call: Call, urn: string, assignedAtMs: number, status: string): object {
    const [, kind = "", id = ""] = urn.split(":");
    const path = kind === "floatingip" || kind === "reservedip" ? "reserved_ips" : `${kind}s`;
    return {
        urn,
        assigned_at: iso(assignedAtMs),
        links: { self: new URL(`/v2/${path}/${id}`, call.url).href },
        status,
    };
}

function exists(call: Call, urn: string): boolean {
    const { state } = call.world;
    const { team } = call.caller;
    const [, kind = "", id = ""] = urn.split(":");
    switch (kind) {
        case "droplet":
            return state.droplets.find(team, Number(id)) !== undefined;
        case "volume":
            return state.volumes.find(team, id) !== undefined;
        case "floatingip":
        case "reservedip":
            return state.reservedIps.find(team, id) !== undefined;
        case "domain":
            return state.domains.find(team, `${team}/${id}`) !== undefined;
        default:
            throw notFound();
    }
}

function assign(call: Call): Reply {
    const target = projectOf(call);
    const now = call.world.agenda.now();
    const resources = texts(call.body, "resources").map((urn) => {
        if (!exists(call, urn)) {
            return resourceView(call, urn, now, "not_found");
        }
        if (target.resources.has(urn)) {
            return resourceView(call, urn, now, "already_assigned");
        }
        call.world.state.projects.list(call.caller.team).forEach((project) => project.resources.delete(urn));
        target.resources.set(urn, now);
        return resourceView(call, urn, now, "assigned");
    });
    return ok({ resources, links: {}, meta: { total: resources.length } });
}

function listResources(call: Call): Reply {
    const rows = [...projectOf(call).resources];
    return page(call, "resources", rows, ([urn, assignedAtMs]) =>
        resourceView(call, urn, assignedAtMs, "ok"),
    );
}

/** `default` stands for the default project in every path. */
export const projectRoutes: readonly Route[] = [
    {
        endpoint: "GET /v2/projects",
        scopes: ["project:read"],
        answer: (call) => {
            defaultProject(call.world, call.caller.team);
            return page(call, "projects", call.world.state.projects.list(call.caller.team), projectView);
        },
    },
    { endpoint: "POST /v2/projects", scopes: ["project:create"], answer: createProject },
    {
        endpoint: "GET /v2/projects/:project",
        scopes: ["project:read"],
        answer: (call) => ok({ project: projectView(projectOf(call)) }),
    },
    { endpoint: "PUT /v2/projects/:project", scopes: ["project:update"], answer: updateProject },
    { endpoint: "PATCH /v2/projects/:project", scopes: ["project:update"], answer: updateProject },
    { endpoint: "DELETE /v2/projects/:project", scopes: ["project:delete"], answer: deleteProject },
    {
        endpoint: "GET /v2/projects/:project/resources",
        scopes: ["project:read"],
        answer: listResources,
    },
    {
        endpoint: "POST /v2/projects/:project/resources",
        scopes: ["project:assign_resource"],
        answer: assign,
    },
];

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

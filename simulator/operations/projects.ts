import { type Call, hasScope, type Route } from "../http/call.js";
import { flag, optionalText, text, texts } from "../http/fields.js";
import { created, noContent, ok, page, preconditionFailed, type Reply } from "../http/reply.js";
import { teamUuid } from "../state/ids.js";
import { leaveProjects } from "../state/links.js";
import type { ProjectRecord } from "../state/records.js";
import { iso } from "../views/resources.js";
import type { World } from "../world.js";
import { found, param } from "./lookup.js";
import { parseId, parseKind, resourceUrns } from "./project-resources.js";

function lookUpProject(call: Call): ProjectRecord {
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

/** The purposes to choose from; any other is one's own. */
const PURPOSES: readonly string[] = [
    "Just trying out DigitalOcean",
    "Class project / Educational purposes",
    "Website or blog",
    "Web Application",
    "Service or API",
    "Mobile Application",
    "Machine learning / AI / Data processing",
    "IoT",
    "Operational / Developer tooling",
];

function stored(purpose: string): string {
    return PURPOSES.includes(purpose) || purpose.startsWith("Other: ") ? purpose : `Other: ${purpose}`;
}

function createProject(call: Call): Reply {
    const project = addProject(call.world, call.caller.team, {
        name: text(call.body, "name"),
        isDefault: false,
        description: optionalText(call.body, "description") ?? "",
        purpose: stored(text(call.body, "purpose")),
        environment: optionalText(call.body, "environment") ?? "",
    });
    return created({ project: projectView(project) });
}

function updateProject(call: Call): Reply {
    const project = lookUpProject(call);
    const purpose = optionalText(call.body, "purpose");
    project.name = optionalText(call.body, "name") ?? project.name;
    project.description = optionalText(call.body, "description") ?? project.description;
    project.purpose = purpose === null ? project.purpose : stored(purpose);
    project.environment = optionalText(call.body, "environment") ?? project.environment;
    project.updatedAtMs = call.world.agenda.now();
    if (flag(call.body, "is_default")) {
        makeDefault(call.world, project);
    }
    return ok({ project: projectView(project) });
}

/** What the former one holds unnamed stays with it. */
function makeDefault(world: World, project: ProjectRecord): void {
    const former = defaultProject(world, project.team);
    for (const [urn, assignedAtMs] of resourceUrns(world.state, former)) {
        former.resources.set(urn, assignedAtMs);
    }
    former.isDefault = false;
    project.isDefault = true;
}

function deleteProject(call: Call): Reply {
    const project = lookUpProject(call);
    if (project.isDefault || project.resources.size > 0) {
        throw preconditionFailed(
            "cannot delete a project with resources. move or remove the resources first",
        );
    }
    call.world.state.projects.remove(project.id);
    return noContent();
}

function resourceView(call: Call, urn: string, assignedAtMs: number, status: string): object {
    const { path } = parseKind(urn);
    return {
        urn,
        assigned_at: iso(assignedAtMs),
        links: { self: new URL(`/v2/${path}/${parseId(urn)}`, call.url).href },
        status,
    };
}

function assign(call: Call): Reply {
    const { state, agenda } = call.world;
    const target = lookUpProject(call);
    const now = agenda.now();
    const resources = texts(call.body, "resources").map((urn) => {
        if (
            !parseKind(urn)
                .rows(state, target.team)
                .some(({ id }) => id === parseId(urn))
        ) {
            return resourceView(call, urn, now, "not_found");
        }
        if (target.resources.has(urn)) {
            return resourceView(call, urn, now, "already_assigned");
        }
        leaveProjects(state, urn);
        target.resources.set(urn, now);
        return resourceView(call, urn, now, "assigned");
    });
    return ok({ resources, links: {}, meta: { total: resources.length } });
}

function listResources(call: Call): Reply {
    const rows = resourceUrns(call.world.state, lookUpProject(call));
    const visible = rows.filter(([urn]) => hasScope(call.caller, parseKind(urn).scope));
    return page(call, "resources", visible, ([urn, assignedAtMs]) =>
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
        answer: (call) => ok({ project: projectView(lookUpProject(call)) }),
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
        addProject(world, team, { name: team, isDefault: true, environment: "Development" })
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
        environment: "",
        ...fields,
        id: state.ids.uuid(),
        team,
        createdAtMs: agenda.now(),
        updatedAtMs: agenda.now(),
        resources: new Map(),
    });
}

import { notFound } from "../http/reply.js";
import { urnsOfSame } from "../state/links.js";
import type { ProjectRecord } from "../state/records.js";
import type { State } from "../state/state.js";
import { domainName } from "./domain-records.js";

interface Row {
    readonly id: string;
    readonly createdAtMs: number;
}

/** What can be in a project: a URN is `do:<kind>:<id>`. */
interface Kind {
    /** Without it, the kind is left out of lists. */
    readonly scope: string;
    /** Where the API shows it. */
    readonly path: string;
    readonly rows: (state: State, team: string) => readonly Row[];
}

const reservedIp: Kind = {
    scope: "reserved_ip:read",
    path: "reserved_ips",
    rows: (state, team) => state.reservedIps.list(team),
};

const KINDS: Readonly<Record<string, Kind>> = {
    droplet: {
        scope: "droplet:read",
        path: "droplets",
        rows: (state, team) => state.droplets.list(team).map((row) => ({ ...row, id: String(row.id) })),
    },
    volume: {
        scope: "block_storage:read",
        path: "volumes",
        rows: (state, team) => state.volumes.list(team),
    },
    reservedip: reservedIp,
    floatingip: reservedIp,
    domain: {
        scope: "domain:read",
        path: "domains",
        rows: (state, team) => state.domains.list(team).map((row) => ({ ...row, id: domainName(row) })),
    },
};

/** The kinds under the URN that the API gives them. */
const OWN_NAMES = ["droplet", "volume", "floatingip", "domain"];

export function parseKind(urn: string): Kind {
    const kind = KINDS[urn.split(":")[1] ?? ""];
    if (kind === undefined) {
        throw notFound();
    }
    return kind;
}

export function parseId(urn: string): string {
    return urn.split(":").slice(2).join(":");
}

/** URN and time of assignment. The default project also has what was assigned to none. */
export function resourceUrns(state: State, project: ProjectRecord): (readonly [string, number])[] {
    const named = [...project.resources];
    return project.isDefault ? [...named, ...unassigned(state, project.team)] : named;
}

function unassigned(state: State, team: string): (readonly [string, number])[] {
    const assigned = new Set(state.projects.list(team).flatMap(({ resources }) => [...resources.keys()]));
    return OWN_NAMES.flatMap((name) =>
        parseKind(`do:${name}`)
            .rows(state, team)
            .map(({ id, createdAtMs }) => [`do:${name}:${id}`, createdAtMs] as const),
    ).filter(([urn]) => !urnsOfSame(urn).some((one) => assigned.has(one)));
}

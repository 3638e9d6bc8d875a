/**
 * What DigitalOcean promises of its answers, as far as this project relies on it: the fields that its OpenAPI
 * description requires, their types, and what may be null. Dates and identifiers are checked as formats here.
 */
type Schema = Readonly<Record<string, unknown>>;

const string = { type: "string" };
const integer = { type: "integer" };
const boolean = { type: "boolean" };
const date = { type: "string", pattern: "^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d(\\.\\d+)?Z$" };
const uuid = { type: "string", pattern: "^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$" };
const digits = { type: "string", pattern: "^\\d+$" };
const money = { type: "string", pattern: "^\\d+\\.\\d\\d$" };
const address = { type: "string", pattern: "^\\d+\\.\\d+\\.\\d+\\.\\d+$" };

/** An object of which these fields are required; "?" at the end of a name makes it optional. */
function object(fields: Readonly<Record<string, Schema>>): Schema {
    const names = Object.keys(fields);
    return {
        type: "object",
        properties: Object.fromEntries(
            Object.entries(fields).map(([name, schema]) => [name.replace(/\?$/, ""), schema]),
        ),
        required: names.filter((name) => !name.endsWith("?")),
    };
}

function list(items: Schema): Schema {
    return { type: "array", items };
}

function orNull(schema: Schema): Schema {
    return { anyOf: [schema, { type: "null" }] };
}

function page(key: string, items: Schema): Schema {
    const pages = object({ "first?": string, "prev?": string, "next?": string, "last?": string });
    return object({
        [key]: list(items),
        "links?": object({ "pages?": pages }),
        meta: object({ total: integer }),
    });
}

const region = object({
    name: string,
    slug: string,
    features: list(string),
    available: boolean,
    sizes: list(string),
});

const size = object({
    slug: string,
    memory: integer,
    vcpus: integer,
    disk: integer,
    transfer: { type: "number" },
    price_monthly: { type: "number" },
    price_hourly: { type: "number" },
    regions: list(string),
    available: boolean,
});

const network = object({ ip_address: string, type: { enum: ["public", "private"] } });

const droplet = object({
    id: integer,
    name: string,
    memory: integer,
    vcpus: integer,
    disk: integer,
    locked: boolean,
    status: { enum: ["new", "active", "off", "archive"] },
    created_at: date,
    features: list(string),
    backup_ids: list(integer),
    next_backup_window: orNull(object({ start: date, end: date })),
    snapshot_ids: list(integer),
    image: object({ id: integer }),
    volume_ids: list(uuid),
    size,
    size_slug: string,
    networks: object({ v4: list(network), v6: list(network) }),
    region,
    tags: list(string),
});

const action = object({
    id: integer,
    status: { enum: ["in-progress", "completed", "errored"] },
    type: string,
    started_at: date,
    completed_at: orNull(date),
    resource_id: orNull(integer),
    resource_type: string,
    region_slug: orNull(string),
});

const volume = object({
    id: uuid,
    droplet_ids: list(integer),
    name: string,
    size_gigabytes: integer,
    created_at: date,
    tags: orNull(list(string)),
    region,
});

const image = {
    name: string,
    created_at: date,
    regions: list(string),
    min_disk_size: integer,
    size_gigabytes: { type: "number" },
};

const snapshot = object({
    id: string,
    ...image,
    resource_id: string,
    resource_type: { enum: ["droplet", "volume"] },
    tags: orNull(list(string)),
});

const dropletImage = object({ id: integer, ...image, type: { enum: ["snapshot", "backup"] } });

const reservedIp = object({ ip: address, region, droplet: orNull(droplet), locked: boolean });

const associated = (id: Schema): Schema => list(object({ id, name: string, cost: money }));

/** What is not set is absent: neither null nor empty. */
const destroyed = (id: Schema): Schema =>
    object({ id, name: string, "destroyed_at?": date, "error_message?": { type: "string", minLength: 1 } });

const tag = object({ name: string, resources: object({ count: integer }) });

const account = object({
    droplet_limit: integer,
    floating_ip_limit: integer,
    email: string,
    uuid: string,
    email_verified: boolean,
    status: { enum: ["active", "warning", "locked"] },
    status_message: string,
    team: object({ uuid: string, name: string }),
});

const DESTROY = "/v2/droplets/{droplet_id}/destroy_with_associated_resources";

export const errorSchema = object({ id: string, message: string, request_id: uuid });

/** The body of a success, by endpoint. */
export const bodySchemas: Readonly<Record<string, Schema>> = {
    "GET /v2/account": object({ account }),
    "GET /v2/droplets": page("droplets", droplet),
    "GET /v2/droplets/{droplet_id}": object({ droplet }),
    "GET /v2/droplets/{droplet_id}/snapshots": page("snapshots", dropletImage),
    "GET /v2/droplets/{droplet_id}/backups": page("backups", dropletImage),
    "POST /v2/droplets/{droplet_id}/actions": object({ action }),
    "GET /v2/actions/{action_id}": object({ action }),
    "GET /v2/volumes": page("volumes", volume),
    "GET /v2/volumes/{volume_id}": object({ volume }),
    "POST /v2/volumes/{volume_id}/actions": object({ action }),
    "GET /v2/volumes/{volume_id}/snapshots": page("snapshots", snapshot),
    "GET /v2/snapshots": page("snapshots", snapshot),
    "GET /v2/snapshots/{snapshot_id}": object({ snapshot }),
    "GET /v2/reserved_ips": page("reserved_ips", reservedIp),
    "GET /v2/reserved_ips/{reserved_ip}": object({ reserved_ip: reservedIp }),
    "GET /v2/floating_ips/{floating_ip}": object({ floating_ip: reservedIp }),
    "GET /v2/tags/{tag_id}": object({ tag }),
    "GET /v2/sizes": page("sizes", size),
    "GET /v2/regions": page("regions", region),
    [`GET ${DESTROY}`]: object({
        reserved_ips: associated(digits),
        floating_ips: associated(digits),
        snapshots: associated(digits),
        volumes: associated(uuid),
        volume_snapshots: associated(uuid),
    }),
    [`GET ${DESTROY}/status`]: object({
        droplet: destroyed(digits),
        resources: object({
            reserved_ips: list(destroyed(digits)),
            floating_ips: list(destroyed(digits)),
            snapshots: list(destroyed(digits)),
            volumes: list(destroyed(uuid)),
            volume_snapshots: list(destroyed(uuid)),
        }),
        "completed_at?": date,
        failures: integer,
    }),
};

/** Successes that have no body. */
export const emptyAnswers: readonly string[] = [
    `DELETE ${DESTROY}/selective`,
    `DELETE ${DESTROY}/dangerous`,
    `POST ${DESTROY}/retry`,
    "DELETE /v2/droplets/{droplet_id}",
    "DELETE /v2/volumes/{volume_id}",
    "DELETE /v2/snapshots/{snapshot_id}",
    "DELETE /v2/reserved_ips/{reserved_ip}",
    "POST /v2/tags/{tag_id}/resources",
];

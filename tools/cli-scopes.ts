/** A use of the command line, and the scopes that a custom token needs for it. */
export interface Use {
    readonly use: string;
    /** Without one of these it fails, or names what it could not see. */
    readonly scopes: readonly string[];
}

const OF_EACH_KIND = [
    "reserved_ip:read",
    "image:read",
    "block_storage:read",
    "block_storage_snapshot:read",
] as const;
/** DigitalOcean asks for `droplet:delete` to read the status of a destroy. */
const PLAN = ["droplet:read", "droplet:delete", ...OF_EACH_KIND];
/** DigitalOcean asks for all of them, whatever a destroy names. */
const OF_EVERY_DESTROY = [
    "image:delete",
    "block_storage:delete",
    "block_storage_snapshot:delete",
    "reserved_ip:delete",
];

/** What docs/cli.md says, and what the simulator holds against it. */
export const USES = [
    { use: "`plan`", scopes: PLAN },
    { use: "`plan --tag-name`", scopes: [...PLAN, "tag:read"] },
    { use: "`destroy`", scopes: [...PLAN, ...OF_EVERY_DESTROY] },
    { use: "`destroy --tag-name`", scopes: [...PLAN, ...OF_EVERY_DESTROY, "tag:read"] },
    { use: "`destroy --final-snapshot`", scopes: [...PLAN, ...OF_EVERY_DESTROY, "droplet:update"] },
    { use: "`status`", scopes: ["droplet:read", "droplet:delete"] },
    { use: "`orphans`", scopes: ["droplet:read", "snapshot:read", "block_storage:read", "reserved_ip:read"] },
] as const satisfies readonly Use[];

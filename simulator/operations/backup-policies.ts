import type { Call, Route } from "../http/call.js";
import { ok, paginate, type Reply } from "../http/reply.js";
import { RETENTION_DAYS, WEEKDAYS, WINDOW_HOURS } from "../state/backup-policy.js";
import type { BackupPolicy, DropletRecord } from "../state/records.js";
import { backupWindow } from "../views/resources.js";
import { BACKUP_HOURS } from "./choices.js";
import { lookUpDroplet } from "./lookup.js";

function view(droplet: DropletRecord, nowMs: number): object {
    const policy = droplet.backupPolicy;
    const enabled = { droplet_id: droplet.id, backup_enabled: policy !== null };
    if (policy === null) {
        return enabled;
    }
    const { plan, weekday, hour } = policy;
    const backupPolicy = { plan, ...(plan === "weekly" ? { weekday } : {}), hour, ...ofPlan(plan) };
    return { ...enabled, backup_policy: backupPolicy, next_backup_window: backupWindow(policy, nowMs) };
}

function ofPlan(plan: BackupPolicy["plan"]): object {
    return { window_length_hours: WINDOW_HOURS, retention_period_days: RETENTION_DAYS[plan] };
}

/** Here alone a list is an object, by id. */
function listPolicies(call: Call): Reply {
    const { state, agenda } = call.world;
    const { rows, ...rest } = paginate(call, state.droplets.list(call.caller.team));
    const policies = rows.map((droplet) => [droplet.id, view(droplet, agenda.now())]);
    return ok({ policies: Object.fromEntries(policies) as object, ...rest });
}

export const backupPolicyRoutes: readonly Route[] = [
    {
        endpoint: "GET /v2/droplets/:droplet/backups/policy",
        scopes: ["droplet:read"],
        answer: (call) => ok({ policy: view(lookUpDroplet(call), call.world.agenda.now()) }),
    },
    { endpoint: "GET /v2/droplets/backups/policies", scopes: ["droplet:read"], answer: listPolicies },
    {
        endpoint: "GET /v2/droplets/backups/supported_policies",
        scopes: ["droplet:read"],
        answer: () =>
            ok({
                supported_policies: (["weekly", "daily"] as const).map((plan) => ({
                    name: plan,
                    possible_window_starts: BACKUP_HOURS,
                    ...ofPlan(plan),
                    possible_days: plan === "weekly" ? WEEKDAYS : [],
                })),
            }),
    },
];

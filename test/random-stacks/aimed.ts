import type { Life } from "./life.js";

/** Lives made so that a deliberate fault shows which random lives seldom meet. */
export const AIMED_LIVES: Readonly<
    Record<string, Partial<Pick<Life, "settings" | "choice">> & Pick<Life, "steps">>
> = {
    "a teardown by id is replaced": {
        steps: [
            { panel: "new droplet", at: 0 },
            { edit: "add bare", of: 0, bare: {} },
            { run: "up" },
            { run: "up", replace: [{ role: "executor", at: 0 }] },
        ],
    },
    "an `up` is killed after it has made a second Droplet, which a list by tag shows late": {
        settings: { tagListDelayMs: 20_000 },
        steps: [
            { edit: "add", declared: {} },
            { run: "up" },
            { edit: "replace", at: 0 },
            { run: "up", mishaps: [{ mishap: "killed", at: { request: "POST /v2/droplets", nth: 1 } }] },
            { run: "destroy" },
        ],
    },
    "a destroy of a Droplet that has a volume of its stack": {
        steps: [{ edit: "add", declared: { volume: "listed" } }, { run: "up" }, { run: "destroy" }],
    },
    "a destroy with another team's token": {
        steps: [{ edit: "add", declared: {} }, { run: "up" }, { run: "destroy", otherTeam: true }],
    },
    "a Droplet is taken out of the state, and what the error says is done to destroy it": {
        choice: "destroy",
        steps: [
            { edit: "add", declared: {} },
            { run: "up" },
            { state: "delete", role: "droplet", at: 0, dependents: true },
            { run: "destroy" },
        ],
    },
    "a Droplet is taken out of the state to keep it": {
        steps: [
            { edit: "add", declared: {} },
            { run: "up" },
            { state: "delete", role: "droplet", at: 0, dependents: true },
            { run: "destroy" },
        ],
    },
    "a replaced Droplet that remains is archived and deleted": {
        steps: [
            { edit: "add", declared: {} },
            { run: "up" },
            { edit: "replace", at: 0 },
            {
                run: "up",
                pauseMs: 120_000,
                troubles: [
                    {
                        request: "DELETE /v2/droplets",
                        after: 0,
                        times: 1_000,
                        do: { kind: "answer", status: 422 },
                    },
                ],
            },
            { panel: "snapshot", at: 0 },
            { panel: "delete droplet", at: 0 },
            { run: "refresh" },
            { run: "destroy" },
        ],
    },
    "a Droplet was deleted by hand, and the tags are on several pages": {
        settings: { maxPageSize: 2 },
        steps: [
            { edit: "add", declared: {} },
            { run: "up" },
            { panel: "delete droplet", at: 0 },
            { run: "refresh" },
            { run: "destroy" },
        ],
    },
    "a Droplet expires, and a sweep leaves what a living stack has, and takes it if it is told": {
        steps: [
            { edit: "add", declared: { ttl: "2h" } },
            { run: "up" },
            { passMs: 10_800_000 },
            { sweep: "stack", includeStacks: false },
            { sweep: "stack", includeStacks: true },
        ],
    },
    "an `up` that changes something, or that finds it expired, renews the expiry": {
        settings: { clockSkewMs: 900_000 },
        steps: [
            { edit: "add", declared: { ttl: "7d" } },
            { run: "up" },
            { passMs: 10_800_000 },
            { edit: "replace", at: 0 },
            { run: "up" },
            { passMs: 691_200_000 },
            { run: "up" },
            { edit: "change", at: 0, to: { ttl: null } },
            { run: "up" },
        ],
    },
    "a Droplet is rescued, and a sweep leaves it": {
        steps: [
            { edit: "add", declared: { ttl: "2h" } },
            { run: "up" },
            { panel: "rescue", at: 0 },
            { passMs: 10_800_000 },
            { sweep: "stack", includeStacks: true },
        ],
    },
    "a Droplet from elsewhere expires, is rescued, and has its expiry again by an `up` that changes something":
        {
            steps: [
                { panel: "new droplet", at: 0 },
                { panel: "tag", at: 0 },
                { edit: "add bare", of: 0, bare: { ttl: "2h" } },
                { run: "up" },
                { panel: "rescue", at: 0 },
                { run: "up" },
                { edit: "change bare", at: 0, to: { keep: ["nightly-*"] } },
                { run: "up" },
                { passMs: 10_800_000 },
                { sweep: "pets", includeStacks: false },
            ],
        },
    "a Droplet that expires is replaced without a change": {
        steps: [
            { edit: "add", declared: { ttl: "7d" } },
            { run: "up" },
            { passMs: 10_800_000 },
            { state: "taint", role: "droplet", at: 0 },
            { run: "up" },
        ],
    },
};

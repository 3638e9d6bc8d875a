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
};

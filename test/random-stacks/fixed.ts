import type { Step } from "./life.js";
import type { Declared } from "./program.js";

const up: Step = { run: "up" };
const destroy: Step = { run: "destroy" };
const always = (request: string, status: number) =>
    ({ request, after: 0, times: 1_000, do: { kind: "answer", status } }) as const;
const replaceAndFail = (request: string, status: number): Step => ({
    run: "up",
    replace: [{ role: "executor", at: 0 }],
    troubles: [always(request, status)],
});

/** A life that the model and the real engine play alike. */
export interface FixedLife {
    /** The program of the first `up`, which is shared by all lives that begin alike; null: there is none yet. */
    readonly begin: Partial<Declared> | null;
    readonly steps: readonly Step[];
    /** The model does as engines of this version and later do. */
    readonly since?: string;
    /** The others are a dozen; docs/testing.md. */
    readonly isLeftToCi?: true;
}

/** Each is about something else that the engine decides. */
export const FIXED_LIVES: Readonly<Record<string, FixedLife>> = {
    "a preview, an update of nothing and a refresh": {
        begin: null,
        steps: [
            { edit: "add", declared: { volume: "listed", hasAddress: true } },
            { run: "preview" },
            up,
            { panel: "snapshot", at: 0 },
            { run: "refresh" },
            up,
            destroy,
        ],
    },
    "a Droplet that expires, renewed by what changes and not by a replacement without a change": {
        isLeftToCi: true,
        begin: null,
        steps: [
            { edit: "add", declared: { ttl: "7d" } },
            up,
            up,
            { state: "taint", role: "droplet", at: 0 },
            up,
            { edit: "replace", at: 0 },
            up,
            { edit: "change", at: 0, to: { ttl: null } },
            up,
            destroy,
        ],
    },
    "a replacement whose delete fails, and is made up for": {
        begin: {},
        steps: [
            { panel: "snapshot", at: 0 },
            { edit: "replace", at: 0 },
            { run: "up", troubles: [always("DELETE /v2/droplets/", 500)] },
            up,
            destroy,
        ],
    },
    "a replacement that deletes first, and fails": {
        begin: { isNamed: true, volume: "attached" },
        steps: [
            { edit: "replace", at: 0 },
            { run: "up", troubles: [always("POST /v2/droplets$", 422)] },
            up,
            destroy,
        ],
    },
    "a tainted executor": {
        begin: {},
        steps: [{ state: "taint", role: "executor", at: 0 }, up, destroy],
    },
    "a replaced executor, while something else fails": {
        begin: {},
        steps: [
            // What the record asks last of all.
            replaceAndFail("GET /v2/droplets$", 403),
            up,
        ],
    },
    "an engine that is killed while it replaces, and another while it destroys": {
        begin: {},
        steps: [
            { edit: "replace", at: 0 },
            { run: "up", mishaps: [{ mishap: "killed", at: { request: "POST /v2/droplets", nth: 1 } }] },
            up,
            { run: "destroy", mishaps: [{ mishap: "all killed", at: { request: "DELETE ", nth: 1 } }] },
            destroy,
        ],
    },
    targets: {
        begin: {},
        steps: [
            { edit: "change", at: 0, to: { policy: "keep", hasAddress: true } },
            { run: "up", targets: [{ role: "executor", at: 0 }] },
            { run: "destroy", targets: [{ role: "executor", at: 0 }] },
            { run: "destroy", targets: [{ role: "executor", at: 0 }], targetDependents: true },
        ],
    },
    "what is excluded": {
        isLeftToCi: true,
        begin: {},
        steps: [
            { edit: "change", at: 0, to: { policy: "keep", hasAddress: true } },
            { run: "up", excludes: [{ role: "executor", at: 0 }] },
            { run: "refresh", excludes: [{ role: "droplet", at: 0 }] },
            { run: "destroy", excludes: [{ role: "droplet", at: 0 }] },
            { run: "destroy", excludes: [{ role: "executor", at: 0 }] },
        ],
    },
    "an `up` that goes on past an error": {
        isLeftToCi: true,
        begin: {},
        since: "3.260.0",
        steps: [
            { edit: "add", declared: { isNamed: true } },
            up,
            { edit: "remove", at: 0 },
            { edit: "change", at: 0, to: { hasSibling: true, volume: "attached" } },
            { run: "up", continueOnError: true, troubles: [always("POST /v2/volumes$", 422)] },
            up,
        ],
    },
    "an import": {
        isLeftToCi: true,
        begin: null,
        steps: [
            { panel: "new droplet", at: 0 },
            { edit: "import", of: 0, declared: {} },
            up,
            up,
            { edit: "imported", at: 0 },
            up,
            destroy,
        ],
    },
    "a rename with an alias, and one without": {
        begin: {},
        steps: [{ edit: "rename", at: 0, alias: true }, up, { edit: "rename", at: 0, alias: false }, up],
    },
    "a Droplet that is renamed in the state as in the program, but for its record": {
        isLeftToCi: true,
        begin: {},
        steps: [
            { edit: "rename", at: 0, alias: false },
            { state: "rename", at: 0, roles: ["executor", "droplet"] },
            up,
            destroy,
        ],
    },
    "a Droplet that moves to another stack": {
        begin: {},
        steps: [{ state: "move", at: 0, roles: ["droplet", "record"] }, destroy],
    },
    "a Droplet that is taken out of the state": {
        begin: {},
        steps: [{ state: "delete", role: "droplet", at: 0, dependents: true }, up, destroy],
    },
    "a protected one that leaves the program": {
        isLeftToCi: true,
        begin: { option: "protected" },
        steps: [
            { edit: "remove", at: 0 },
            up,
            { state: "unprotect", role: "record", at: 0 },
            { run: "destroy", continueOnError: true },
        ],
    },
    "a stack that is renamed, and destroyed by its program": {
        begin: { option: "retained" },
        steps: [{ state: "rename stack" }, up, { run: "destroy", runProgram: true }],
    },
    "an adoption, and back by way of the covering": {
        isLeftToCi: true,
        begin: { kind: "official" },
        steps: [
            { edit: "change", at: 0, to: { kind: "ours" } },
            up,
            { edit: "change", at: 0, to: { kind: "handed back" } },
            up,
            { edit: "change", at: 0, to: { kind: "official" } },
            up,
        ],
    },
    "a teardown of a Droplet from elsewhere that is replaced, while something else fails": {
        begin: null,
        steps: [
            { panel: "new droplet", at: 0 },
            { edit: "add bare", of: 0, bare: {} },
            up,
            { edit: "change bare", at: 0, to: { hasSibling: true } },
            replaceAndFail("POST /v2/volumes", 422),
            up,
        ],
    },
};

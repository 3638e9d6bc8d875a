import type { Choice, Step } from "./life.js";

/** A life that showed something, as small as it can be. */
export interface FoundLife {
    /** Of the random life in which it was seen first. */
    readonly number: number;
    /** "keep" if it does not say. */
    readonly choice?: Choice;
    readonly steps: readonly Step[];
}

export const FOUND_LIVES: Readonly<Record<string, FoundLife>> = {
    "a teardown has moved to another stack, and its Droplet has another one": {
        number: 374,
        steps: [
            { edit: "add", declared: {} },
            { run: "up" },
            { state: "move", at: 0, roles: ["executor"] },
            { run: "up", excludes: [{ role: "executor", at: 0 }] },
        ],
    },
    "a Droplet that is handed back has replaced one with a volume": {
        number: 384,
        steps: [
            { edit: "add", declared: {} },
            { run: "up" },
            { edit: "change", at: 0, to: { kind: "disabled" } },
            { edit: "replace", at: 0 },
            { panel: "volume", at: 0 },
            { run: "up" },
            { run: "up" },
        ],
    },
    "two teardowns of one Droplet": {
        number: 420,
        steps: [
            { edit: "add", declared: {} },
            { run: "up" },
            { panel: "new droplet", at: 0 },
            { run: "up" },
            { edit: "add bare", of: 0, bare: {} },
            { run: "up" },
            { edit: "add bare", of: 0, bare: {} },
            { run: "up" },
        ],
    },
    "an `up` is killed while it replaces a Droplet, and somebody deletes the teardown's tag": {
        number: 499,
        steps: [
            { edit: "add", declared: {} },
            { run: "up" },
            { edit: "replace", at: 0 },
            { run: "up", mishaps: [{ mishap: "killed", at: { request: "", nth: 1 } }] },
            { panel: "delete tag", at: 0 },
            { run: "up" },
        ],
    },
    "the tag of two Droplets is deleted, and everything that the errors say is done to keep them": {
        number: 574,
        steps: [
            { edit: "add", declared: { volume: "attached" } },
            { run: "up" },
            { edit: "replace", at: 0 },
            { run: "up", mishaps: [{ mishap: "killed", at: { request: "", nth: 4 } }] },
            {
                run: "up",
                mishaps: [
                    {
                        mishap: "panel",
                        at: { request: "(?!GET)", nth: 2 },
                        action: { panel: "delete tag", at: 0 },
                    },
                ],
            },
        ],
    },
    "a volume is detached while its Droplet is destroyed": {
        number: 642,
        steps: [
            { edit: "add", declared: {} },
            { run: "up" },
            { panel: "kept volume", at: 0 },
            { run: "up", continueOnError: true, excludes: [{ role: "executor", at: 0 }] },
            {
                run: "destroy",
                mishaps: [
                    { mishap: "panel", at: { request: "", nth: 1 }, action: { panel: "detach", at: 0 } },
                    {
                        mishap: "panel",
                        at: { request: "(?!GET)", nth: 1 },
                        action: { panel: "snapshot", at: 0 },
                    },
                ],
                troubles: [
                    {
                        request: "GET /v2/droplets/\\d+$",
                        after: 0,
                        times: 1,
                        do: { kind: "answer", status: 404 },
                    },
                ],
                continueOnError: true,
            },
        ],
    },
    "a Droplet of another team, of which the record has moved to another stack": {
        number: 811,
        steps: [
            { edit: "add", declared: {} },
            { run: "up" },
            { edit: "add", declared: {} },
            { run: "up", otherTeam: true, continueOnError: true },
            { state: "move", at: 1, roles: ["record"] },
            { run: "up", continueOnError: true },
        ],
    },
    "the readable tag is asked for, and the answer is one 404": {
        number: 864,
        steps: [
            { edit: "add", declared: { kind: "official" } },
            { run: "up" },
            { edit: "add", declared: {} },
            { run: "up" },
            {
                run: "destroy",
                troubles: [
                    { request: "GET /v2/tags", after: 1, times: 1, do: { kind: "answer", status: 404 } },
                    {
                        request: "GET /v2/droplets/\\d+$",
                        after: 0,
                        times: 1,
                        do: { kind: "answer", status: 404 },
                    },
                ],
            },
        ],
    },
    "an `up` is killed, and somebody takes every tag off the Droplet that it has just made": {
        number: 866,
        steps: [
            { edit: "add", declared: {} },
            { run: "up" },
            { edit: "replace", at: 0 },
            { run: "up" },
            { run: "destroy", mishaps: [{ mishap: "killed", at: { request: "", nth: 23 } }] },
            {
                run: "up",
                mishaps: [
                    { mishap: "killed", at: { request: "(?!GET)", nth: 1 } },
                    { mishap: "panel", at: { request: "", nth: 1 }, action: { panel: "untag", at: 0 } },
                ],
            },
            { run: "up" },
        ],
    },
    "a destroy is killed, an `up` makes another Droplet, and somebody deletes their tag": {
        number: 903,
        steps: [
            { edit: "add", declared: { hasAddress: true } },
            { run: "up" },
            { run: "destroy", mishaps: [{ mishap: "killed", at: { request: "(?!GET)", nth: 3 } }] },
            { run: "up" },
            { panel: "delete tag", at: 0 },
            { run: "refresh" },
        ],
    },
    "a teardown is forgotten by what an `up` says": {
        number: 1002,
        steps: [
            { edit: "add", declared: {} },
            { run: "up" },
            { edit: "rename", at: 0, alias: false },
            { run: "up", mishaps: [{ mishap: "killed", at: { request: "(?!GET)", nth: 3 } }] },
            { edit: "rename", at: 0, alias: false },
            { run: "up" },
            { run: "up" },
        ],
    },
    "a destroy fails on a sibling after the record that knew a volume was deleted": {
        number: 1028,
        steps: [
            { edit: "add", declared: { hasAddress: true } },
            { run: "up" },
            { panel: "untag", at: 0 },
            { panel: "volume", at: 0 },
            { run: "up" },
            { edit: "replace", at: 0 },
            { run: "up" },
            { run: "destroy", mishaps: [{ mishap: "killed", at: { request: "", nth: 1 } }] },
        ],
    },
    "a destroy is killed after the record that knew a volume was deleted": {
        number: 1034,
        steps: [
            { edit: "add", declared: {} },
            { run: "up" },
            { edit: "replace", at: 0 },
            { panel: "volume", at: 0 },
            { run: "up" },
            {
                run: "destroy",
                mishaps: [
                    { mishap: "killed", at: { request: "(?!GET)", nth: 3 } },
                    { mishap: "panel", at: { request: "", nth: 1 }, action: { panel: "snapshot", at: 0 } },
                ],
            },
            { run: "up" },
        ],
    },
    "one of two records is protected, and the other one knew a volume": {
        number: 1122,
        steps: [
            { edit: "add", declared: { option: "protected" } },
            { run: "up" },
            { edit: "add", declared: {} },
            { run: "up" },
            { edit: "remove", at: 0 },
            { edit: "replace", at: 0 },
            { panel: "volume", at: 1 },
            { run: "up" },
            { run: "up" },
        ],
    },
    "another team's token makes a teardown and a Droplet, and ours another Droplet": {
        number: 1077,
        steps: [
            { edit: "add", declared: {} },
            { run: "up" },
            { state: "taint", role: "executor", at: 0 },
            {
                run: "up",
                otherTeam: true,
                targets: [{ role: "executor", at: 0 }],
                targetDependents: true,
            },
            { edit: "replace", at: 0 },
            { run: "up", continueOnError: true },
            { run: "up", targets: [{ role: "droplet", at: 0 }], targetDependents: true },
        ],
    },
    "a replaced Droplet lives, and somebody takes snapshots of it": {
        number: 1233,
        steps: [
            { edit: "add", declared: { volume: "attached" } },
            { run: "up" },
            { edit: "replace", at: 0 },
            { panel: "snapshot", at: 0 },
            { run: "up", continueOnError: true, pauseMs: 120_000 },
            { panel: "snapshot", at: 0 },
            {
                run: "destroy",
                mishaps: [
                    {
                        mishap: "panel",
                        at: { request: "(?!GET)", nth: 1 },
                        action: { panel: "snapshot", at: 0 },
                    },
                ],
            },
        ],
    },
    "a token may not delete a tag": {
        number: 1221,
        steps: [
            { edit: "add", declared: {} },
            { run: "up" },
            {
                run: "destroy",
                troubles: [
                    { request: "DELETE /v2/tags/", after: 0, times: 1, do: { kind: "answer", status: 403 } },
                ],
            },
        ],
    },
    "a refresh forgets a volume, and its attachment is deleted": {
        number: 1474,
        steps: [
            { edit: "add", declared: { volume: "attached" } },
            { run: "up" },
            {
                run: "refresh",
                troubles: [
                    { request: "GET /v2/volumes/", after: 0, times: 1, do: { kind: "answer", status: 404 } },
                    { request: "POST /v2/droplets$", after: 0, times: 1, do: { kind: "dropBefore" } },
                ],
            },
        ],
    },
    "a Droplet with a teardown by id is imported, and leaves the program again": {
        number: 1932,
        steps: [
            { edit: "add", declared: {} },
            { panel: "new droplet", at: 0 },
            { edit: "add bare", of: 0, bare: {} },
            { run: "up" },
            { edit: "import", of: 0, declared: {} },
            { run: "up" },
            { edit: "remove", at: 1 },
            { run: "up" },
            {
                run: "up",
                troubles: [{ request: "POST /v2/droplets$", after: 0, times: 1, do: { kind: "dropBefore" } }],
            },
        ],
    },
    "a teardown is replaced by the first `up` after the stack was renamed": {
        number: 2468,
        steps: [
            { edit: "add", declared: {} },
            { run: "up" },
            { state: "rename stack" },
            {
                run: "up",
                mishaps: [
                    {
                        mishap: "panel",
                        at: { request: "(?!GET)", nth: 1 },
                        action: { panel: "snapshot", at: 0 },
                    },
                ],
                troubles: [
                    {
                        request: "POST /v2/droplets$",
                        after: 0,
                        times: 1,
                        do: { kind: "answer", status: 500 },
                    },
                ],
                replace: [{ role: "executor", at: 0 }],
            },
            { run: "up", continueOnError: true },
        ],
    },
    "a replaced Droplet whose teardown leaves the program has a snapshot": {
        number: 3128,
        steps: [
            { edit: "add", declared: {} },
            { run: "up" },
            { edit: "replace", at: 0 },
            { run: "up", mishaps: [{ mishap: "killed", at: { request: "(?!GET)", nth: 1 } }] },
            { edit: "change", at: 0, to: { kind: "official" } },
            { panel: "snapshot", at: 0 },
            { run: "up" },
        ],
    },
    "an `up` that leaves out the executor gives its Droplet a volume of the stack": {
        number: 8025,
        steps: [
            { edit: "add", declared: {} },
            { run: "up" },
            { edit: "change", at: 0, to: { volume: "listed" } },
            { run: "up", excludes: [{ role: "executor", at: 0 }] },
        ],
    },
    "a `DropletTeardown` leaves the program, whose Droplet is an official one of the same stack": {
        number: 17545,
        steps: [
            { edit: "add", declared: {} },
            { panel: "new droplet", at: 0 },
            { edit: "add bare", of: 0, bare: {} },
            { run: "up" },
            { edit: "import", of: 0, declared: { kind: "official" } },
            { run: "up" },
            { edit: "remove bare", at: 0 },
            { run: "up" },
        ],
    },
    "a rename stops before the record, and Droplet and record are moved to another stack": {
        number: 12579,
        steps: [
            { edit: "add", declared: { option: "protected" } },
            { run: "up" },
            { edit: "rename", at: 0, alias: true },
            { state: "taint", role: "record", at: 0 },
            { run: "up" },
            { state: "move", at: 0, roles: ["droplet", "record"] },
            { run: "destroy" },
        ],
    },
    "another team's token makes a Droplet in an `up` that leaves out teardown and record": {
        number: 8870,
        steps: [
            { edit: "add", declared: {} },
            { run: "up" },
            {
                run: "up",
                targets: [{ role: "droplet", at: 0 }],
                otherTeam: true,
                replace: [{ role: "droplet", at: 0 }],
            },
        ],
    },
    "a replaced Droplet lives without its tag, and the stack is renamed": {
        number: 15238,
        steps: [
            { edit: "add", declared: {} },
            { run: "up" },
            { panel: "delete tag", at: 0 },
            { run: "refresh", otherTeam: true },
            { state: "rename stack" },
            { run: "up" },
        ],
    },
    "a Droplet that is handed back is taken out of the state": {
        number: 17525,
        steps: [
            { edit: "add", declared: {} },
            { run: "up" },
            { edit: "change", at: 0, to: { kind: "disabled" } },
            { run: "up" },
            { state: "delete", role: "droplet", at: 0, dependents: true },
        ],
    },
    "a Droplet leaves the program after its teardown, and that one is told to destroy it": {
        number: 17761,
        choice: "destroy",
        steps: [
            { edit: "add", declared: { volume: "listed", policy: "prevent" } },
            { run: "up" },
            { panel: "copy", at: 0 },
            { edit: "remove", at: 0 },
            { edit: "add", declared: { kind: "official" } },
            { panel: "snapshot", at: 0 },
            { run: "up" },
            { edit: "remove", at: 0 },
        ],
    },
    "an `up` with a target attaches a volume of the stack, and the record of its Droplet fails": {
        number: 10702,
        steps: [
            { edit: "add", declared: {} },
            { panel: "new droplet", at: 0 },
            { edit: "add bare", of: 0, bare: {} },
            { run: "up" },
            { edit: "change", at: 0, to: { volume: "listed" } },
            { edit: "add bare", of: 0, bare: {} },
            { run: "up" },
            { run: "up", targets: [{ role: "droplet", at: 0 }] },
        ],
    },
    "a `DropletTeardown` takes a volume that another teardown of its Droplet was told of": {
        number: 17350,
        steps: [
            { panel: "new droplet", at: 0 },
            { edit: "add bare", of: 0, bare: {} },
            { edit: "import", of: 0, declared: { volume: "listed" } },
            { run: "up" },
            { panel: "delete tag", at: 0 },
        ],
    },
    "a teardown that knew a volume has moved to another stack": {
        number: 4261,
        steps: [
            { edit: "add", declared: { volume: "listed" } },
            { run: "up" },
            { edit: "change", at: 0, to: { volume: "none" } },
            { state: "move", at: 0, roles: ["executor", "record"] },
            { run: "up" },
        ],
    },
    "a token may not read its team, and a Droplet is replaced": {
        number: 14223,
        steps: [
            { edit: "add", declared: {} },
            {
                run: "up",
                troubles: [
                    { request: "GET /v2/account", after: 0, times: 1, do: { kind: "answer", status: 403 } },
                ],
            },
            { run: "up", replace: [{ role: "droplet", at: 0 }] },
        ],
    },
    "a stack is renamed while a Droplet and a teardown of its old name are left": {
        number: 9311,
        steps: [
            { edit: "add", declared: { hasAddress: true } },
            { run: "up" },
            { panel: "delete droplet", at: 0 },
            { edit: "rename", at: 0, alias: false },
            { edit: "change", at: 0, to: { hasAddress: false } },
            { run: "up" },
            { state: "rename stack" },
            { edit: "replace", at: 0 },
            { run: "up" },
        ],
    },
    "somebody destroys the last Droplet that carried the tag of the stack": {
        number: 15757,
        steps: [
            { edit: "add", declared: {} },
            { run: "up" },
            { edit: "change", at: 0, to: { inVpc: true } },
            { run: "up" },
            { edit: "add", declared: { option: "protected" } },
            { panel: "delete tag", at: 0 },
            { run: "up", otherTeam: true },
        ],
    },
    "another team's token forgets an address that is still assigned": {
        number: 13474,
        steps: [
            { edit: "add", declared: { hasAddress: true } },
            { run: "up" },
            { edit: "rename", at: 0, alias: false },
            { run: "up", otherTeam: true },
            { run: "up", otherTeam: true, refresh: true },
            { edit: "change", at: 0, to: { kind: "disabled" } },
            { run: "up" },
        ],
    },
    "another team's token forgets the address of a new Droplet": {
        number: 19474,
        steps: [
            { edit: "add", declared: {} },
            { run: "up" },
            { edit: "change", at: 0, to: { hasAddress: true } },
            { edit: "replace", at: 0 },
            { run: "up" },
            { run: "refresh", otherTeam: true },
        ],
    },
    "a replaced Droplet has a snapshot, and its record has moved to another stack": {
        number: 13719,
        steps: [
            { edit: "add", declared: { volume: "attached" } },
            { run: "up" },
            { edit: "replace", at: 0 },
            { panel: "snapshot", at: 0 },
            { run: "up" },
            { state: "move", at: 0, roles: ["record"] },
        ],
    },
    "an `up` that is killed marks the recorded Droplet as replaced, and somebody deletes the teardown's tag":
        {
            number: 11355,
            choice: "destroy",
            steps: [
                { edit: "add", declared: {} },
                { run: "up" },
                { edit: "replace", at: 0 },
                { run: "up", mishaps: [{ mishap: "killed", at: { request: "(?!GET)", nth: 3 } }] },
                { panel: "delete tag", at: 0 },
            ],
        },
    "an update that takes a Droplet out of our care fails, and it is destroyed": {
        number: 12978,
        steps: [
            { edit: "add", declared: {} },
            { run: "up" },
            { edit: "change", at: 0, to: { kind: "official" } },
            { run: "up", otherTeam: true },
            { run: "up" },
        ],
    },
    "only the teardown of a renamed Droplet is a target": {
        number: 5646,
        steps: [
            { edit: "add", declared: {} },
            { run: "up" },
            { edit: "rename", at: 0, alias: true },
            { state: "taint", role: "droplet", at: 0 },
            { run: "up", targets: [{ role: "executor", at: 0 }], targetDependents: true },
            { run: "up" },
        ],
    },
    "the policy prevents the destroy of what another team's token has made": {
        number: 15268,
        steps: [
            { edit: "add", declared: {} },
            { edit: "change", at: 0, to: { policy: "prevent" } },
            { run: "up", otherTeam: true },
            { panel: "snapshot", at: 0 },
        ],
    },
    "a `DropletTeardown` of a Droplet that is gone stops every `up`": {
        number: 7903,
        steps: [
            { edit: "add", declared: { hasAddress: true, policy: "prevent" } },
            { panel: "new droplet", at: 0 },
            { edit: "add bare", of: 0, bare: {} },
            { run: "up" },
            { state: "taint", role: "record", at: 0 },
            { panel: "delete droplet", at: 0 },
        ],
    },
    "somebody has copied a Droplet with its tags, and it gets another teardown by a rename": {
        number: 2744,
        steps: [
            { edit: "add", declared: {} },
            { run: "up" },
            { edit: "rename", at: 0, alias: true },
            { panel: "copy", at: 0 },
            { run: "up" },
        ],
    },
    "somebody has copied a Droplet with its tags, and it is handed back": {
        number: 2305,
        steps: [
            { edit: "add", declared: {} },
            { run: "up" },
            { edit: "change", at: 0, to: { kind: "disabled" } },
            { panel: "copy", at: 0 },
            { run: "up" },
        ],
    },
    "somebody has copied a Droplet with its tags, and the record of its new teardown fails at first": {
        number: 50066,
        steps: [
            { edit: "add", declared: {} },
            { run: "up" },
            { panel: "copy", at: 0 },
            { state: "taint", role: "executor", at: 0 },
            {
                run: "up",
                mishaps: [
                    {
                        mishap: "panel",
                        at: { request: "", nth: 5 },
                        action: { panel: "delete tag", at: 0 },
                    },
                ],
            },
            { run: "up", replace: [{ role: "record", at: 0 }] },
        ],
    },
    "the Droplet of a teardown by id is gone, and the date on which it would have expired is past": {
        number: 111,
        steps: [
            { edit: "add", declared: {} },
            { panel: "new droplet", at: 0 },
            { edit: "add bare", of: 0, bare: { ttl: "2h" } },
            { run: "up" },
            { panel: "delete droplet", at: 0 },
            { passMs: 10_800_000 },
            { run: "up" },
        ],
    },
    "a Droplet is renamed in the state as in the program, but for its record": {
        number: 129,
        steps: [
            { edit: "add", declared: {} },
            { run: "up" },
            { edit: "rename", at: 0, alias: false },
            { state: "rename", at: 0, roles: ["executor", "droplet"] },
            { run: "up" },
        ],
    },
    "the teardown of a Droplet from elsewhere is replaced by one with a shorter ttl": {
        number: 20482,
        steps: [
            { panel: "new droplet", at: 0 },
            { edit: "add bare", of: 0, bare: { ttl: "7d" } },
            { run: "up" },
            { edit: "change bare", at: 0, to: { ttl: "2h" } },
            { run: "up", replace: [{ role: "executor", at: 0 }] },
        ],
    },
    "a Droplet whose record failed loses its tag, and the stack is renamed": {
        number: 6798,
        steps: [
            { edit: "add", declared: {} },
            { run: "up" },
            { edit: "rename", at: 0, alias: false },
            { state: "rename", at: 0, roles: ["executor", "droplet"] },
            { edit: "replace", at: 0 },
            { run: "up" },
            { panel: "delete tag", at: 0 },
            { state: "rename stack" },
            { run: "up", replace: [{ role: "droplet", at: 0 }], continueOnError: true, refresh: true },
        ],
    },
    "a Droplet is rescued while its teardown's own tag is missing, and an `up` puts on that one": {
        number: 30349,
        steps: [
            { edit: "add", declared: { ttl: "2h" } },
            { run: "up" },
            { passMs: 10_800_000 },
            { panel: "delete tag", at: 0 },
            { run: "up" },
            { panel: "rescue", at: 0 },
            { run: "up" },
        ],
    },
    "a record that a `state rename` left out stays, because its Droplet lost its tag; the newer one goes by hand":
        {
            number: 36006,
            choice: "destroy",
            steps: [
                { edit: "add", declared: { ttl: "2h" } },
                { run: "up" },
                { edit: "rename", at: 0, alias: false },
                { state: "rename", at: 0, roles: ["executor", "droplet"] },
                { edit: "replace", at: 0 },
                { panel: "untag", at: 0 },
                { panel: "copy", at: 0 },
                { run: "up" },
                { panel: "snapshot", at: 2 },
                { panel: "delete droplet", at: 2 },
            ],
        },
    "a `DropletTeardown` is renamed in the state, and leaves the program": {
        number: 38030,
        steps: [
            { panel: "new droplet", at: 0 },
            { edit: "add bare", of: 0, bare: {} },
            { run: "up" },
            { panel: "snapshot", at: 0 },
            { state: "rename", at: 0, roles: ["executor"] },
            { edit: "remove bare", at: 0 },
            { run: "up" },
        ],
    },
    "a Droplet is handed back by a teardown that is replaced meanwhile, and somebody has copied it": {
        number: 41036,
        steps: [
            { edit: "add", declared: {} },
            { run: "up" },
            { edit: "change", at: 0, to: { kind: "handed back" } },
            {
                run: "up",
                mishaps: [
                    {
                        mishap: "panel",
                        at: { request: "(?!GET)", nth: 1 },
                        action: { panel: "copy", at: 0 },
                    },
                ],
                replace: [{ role: "executor", at: 0 }],
            },
            { run: "up" },
        ],
    },
    "a tag that a killed `up` puts on late is deleted with the teardown that it was of": {
        number: 38668,
        steps: [
            { edit: "add", declared: {} },
            { run: "up" },
            { panel: "delete tag", at: 0 },
            { run: "refresh" },
            { run: "up", mishaps: [{ mishap: "killed", at: { request: "(?!GET)", nth: 1 } }] },
            { edit: "rename", at: 0, alias: false },
            { state: "rename", at: 0, roles: ["droplet", "record"] },
            { state: "rename stack" },
            { run: "up" },
        ],
    },
    "a replaced Droplet is gone, the record that knows it is deleted, and the destroy stops before the teardown":
        {
            number: 8228,
            steps: [
                { edit: "add", declared: { volume: "attached", ttl: "2h" } },
                { run: "up" },
                { panel: "volume", at: 0 },
                {
                    run: "up",
                    mishaps: [{ mishap: "killed", at: { request: "(?!GET)", nth: 3 } }],
                    replace: [{ role: "executor", at: 0 }],
                    refresh: true,
                },
                { edit: "change", at: 0, to: { ttl: null } },
                { panel: "delete droplet", at: 0 },
                {
                    run: "up",
                    troubles: [
                        { request: "GET /v2/tags", after: 2, times: 1, do: { kind: "answer", status: 409 } },
                    ],
                },
            ],
        },
};

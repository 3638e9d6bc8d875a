import { CALM, type World } from "../world.js";

const COMPLETED = {
    droplet: { id: "412000001", name: "web-0000000", destroyed_at: "2026-01-01T00:00:00Z" },
    resources: { reserved_ips: [], snapshots: [], volumes: [], volume_snapshots: [] },
    completed_at: "2026-01-01T00:00:00Z",
    failures: 0,
};

/** Worlds made so that a deliberate fault shows which random worlds seldom meet, or never. */
export const AIMED: Readonly<Record<string, Partial<World>>> = {
    "the answer to a destroy is lost, and its status shows late": {
        troubles: [{ to: "destroy", after: 0, times: 1, do: { kind: "dropAfter" } }],
        settings: {
            ...CALM.settings,
            statusDelayMs: 15_000,
            destroyDurationMs: 20_000,
            secondDestroy: 202,
        },
    },
    "the status of an accepted destroy shows late": {
        settings: {
            ...CALM.settings,
            statusDelayMs: 15_000,
            destroyDurationMs: 20_000,
            secondDestroy: 202,
        },
    },
    "between the look at a droplet and the list of what it has, there is a wait": {
        troubles: [{ to: "list", after: 0, times: 1, do: { kind: "tooManyRequests", retryAfterS: 7 } }],
    },
    "orphans are asked for while everything is in use": {
        surface: "command line",
        runs: [{ does: "orphans", dies: null, pauseMs: 0 }],
    },
    "a status says that everything is destroyed, and the droplet is there": {
        surface: "command line",
        troubles: [
            { to: "status", after: 0, times: 1, do: { kind: "answer", status: 200, body: COMPLETED } },
        ],
        runs: [{ does: "status", dies: null, pauseMs: 0 }],
    },
    "the delete of a tag is not answered": {
        surface: "program",
        troubles: [
            { to: "untag", after: 0, times: 6, do: { kind: "answer", status: 503, afterEffect: false } },
        ],
    },
    "a name that a command gives is that of two droplets": {
        surface: "command line",
        select: "name",
        names: "twin in capitals",
    },
    "a file has another policy for the second droplet, of which something fails": {
        surface: "command line",
        ours: 2,
        volumes: [{ on: 1, snapshots: 0 }],
        snapshots: [{ of: 1, name: "nightly" }],
        file: { policy: { default: "destroy", snapshots: "keep" }, keep: [] },
        retries: 0,
        stubborn: [{ kind: "volume", nth: 0, times: 1 }],
        obeys: true,
    },
    "somebody answers with yes where a name is asked for": {
        surface: "command line",
        runs: [{ does: "destroy", dies: null, pauseMs: 0, answer: "yes" }],
    },
    "snapshots are taken before and after somebody is asked": {
        surface: "command line",
        people: Array.from({ length: 12 }, (_, nth) => ({
            at: nth,
            what: { do: "snapshot", of: 0, name: "nightly" },
        })),
        runs: [{ does: "destroy", dies: null, pauseMs: 0, answer: "as asked" }],
    },
    "a droplet that was made just now has the tag by which old ones are selected": {
        surface: "command line",
        select: "tag",
        old: true,
        people: [{ at: 0, what: { do: "copy", of: 0 } }],
    },
    "what failed in a stack is left, and what is kept stays so": {
        surface: "program",
        keepInEnvironment: ["nightly"],
        retries: 0,
        stubborn: [{ kind: "volume", nth: 0, times: 9 }],
        obeys: true,
        leaves: true,
    },
    "what failed in a command is left": {
        surface: "command line",
        retries: 0,
        stubborn: [{ kind: "volume", nth: 0, times: 9 }],
        obeys: true,
        leaves: true,
    },
    "what somebody's destroy has not named stays where its status says how to go on": {
        surface: "command line",
        stubborn: [{ kind: "volume", nth: 0, times: 1 }],
        people: [{ at: 1, what: { do: "destroy", of: 0, but: ["snapshot"] } }],
        runs: [
            { does: "wait", dies: null, pauseMs: 0 },
            { does: "destroy", dies: null, pauseMs: 0 },
        ],
        obeys: true,
    },
    "the hour's requests are used up": {
        surface: "command line",
        ours: 3,
        clutter: 5,
        timeout: "150m",
        settings: { ...CALM.settings, hourlyLimit: 12, maxPageSize: 2, destroyDurationMs: 20_000 },
    },
    "what is nobody's moves while the snapshots that a droplet left are listed": {
        volumes: [],
        addresses: [],
        clutter: 2,
        people: [
            { at: 0, what: { do: "snapshot", of: 0, name: "nightly" } },
            { at: 0, what: { do: "delete droplet", of: 0 } },
            { at: 7, what: { do: "shift", what: "snapshot" } },
        ],
        settings: { ...CALM.settings, maxPageSize: 2 },
    },
    "a volume that could not be destroyed is attached to another droplet": {
        surface: "program",
        stubborn: [{ kind: "volume", nth: 0, times: 1 }],
        people: [{ at: 11, what: { do: "attach", nth: 0, to: 1 } }],
        settings: { ...CALM.settings, dropletSurvivesFailure: false },
    },
    "a droplet that could not be destroyed answers 404 once": {
        surface: "program",
        stubborn: [{ kind: "droplet", nth: 0, times: 1 }],
        retries: 1,
        troubles: [{ to: "droplet", after: 1, times: 1, do: { kind: "absence" } }],
    },
    "one of two droplets of a stack goes, and the other carries the stack's tag": {
        surface: "program",
        ours: 2,
        retries: 0,
        stubborn: [{ kind: "droplet", nth: 1, times: 2 }],
    },
    "another droplet gets the executor's tag, and lists by tag show it late": {
        surface: "program",
        people: [{ at: 5, what: { do: "copy", of: 0 } }],
        settings: { ...CALM.settings, tagListDelayMs: 15_000 },
    },
    "somebody renames a snapshot that a destroy could not take, so that it is kept": {
        addresses: [],
        volumes: [{ on: 0, snapshots: 0 }],
        keep: ["pg-*"],
        stubborn: [
            { kind: "snapshot", nth: 0, times: 1 },
            { kind: "snapshot", nth: 1, times: 1 },
        ],
        snapshots: [
            { of: 0, name: "nightly" },
            { of: 0, name: "nightly" },
        ],
        people: [
            { at: 0, what: { do: "destroy", of: 0, but: [] } },
            { at: 4, what: { do: "rename", kind: "snapshot", nth: 1, name: "pg-kept" } },
        ],
        troubles: [{ to: "remove", after: 0, times: 1, do: { kind: "answer", status: 422 } }],
        settings: { ...CALM.settings, dropletSurvivesFailure: false },
        runs: [
            { does: "refresh", dies: null, pauseMs: 60_000 },
            { does: "destroy", dies: null, pauseMs: 0 },
        ],
    },
    "the status of a destroy that has failed shows again, in another order": {
        volumes: [{ on: 0, snapshots: 5 }],
        stubborn: [{ kind: "volume", nth: 0, times: 1 }],
        people: [{ at: 0, what: { do: "destroy", of: 0, but: [] } }],
        settings: { ...CALM.settings, statusDelayMs: 15_000, destroyDurationMs: 20_000 },
        habits: { ...CALM.habits, order: "turning" },
        runs: [
            { does: "refresh", dies: null, pauseMs: 60_000 },
            { does: "destroy", dies: null, pauseMs: 0 },
        ],
    },
    "a page of a gateway answers the delete of what a droplet left, and nothing is deleted": {
        addresses: [],
        volumes: [],
        people: [{ at: 0, what: { do: "delete droplet", of: 0 } }],
        troubles: [
            { to: "remove", after: 0, times: 1, do: { kind: "answer", status: 200, afterEffect: false } },
        ],
    },
    "a process that has taken a final snapshot dies, and DigitalOcean's dates have no zone": {
        finalSnapshot: true,
        habits: { ...CALM.habits, dates: "no zone" },
        runs: [
            { does: "destroy", dies: { at: 12, moment: "after" }, pauseMs: 60_000 },
            { does: "destroy", dies: null, pauseMs: 0 },
        ],
    },
    "a 429 says nothing, and nor does any other answer": {
        surface: "command line",
        clutter: 5,
        settings: { ...CALM.settings, maxPageSize: 2 },
        habits: { ...CALM.habits, rateHeaders: false },
        troubles: [{ to: "any", after: 0, times: 1, do: { kind: "tooManyRequests" } }],
        runs: [{ does: "orphans", dies: null, pauseMs: 0 }],
    },
    "a destroy that has failed is resumed by the command that it prints": {
        surface: "command line",
        keep: ["nightly"],
        retries: 0,
        stubborn: [{ kind: "volume", nth: 0, times: 1 }],
        obeys: true,
    },
};

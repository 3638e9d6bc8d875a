import { play } from "./play.js";
import { CALM, type World } from "./world.js";

/** Worlds in which the search once asked for what nobody can know or do, each as small as it could be made. */
const TOLERATED: Readonly<Record<string, Partial<World>>> = {
    "a droplet loses its tag, and then gets a volume, between two reads": {
        volumes: [{ on: 1, snapshots: 0 }],
        addresses: [],
        snapshots: [],
        requireTag: true,
        retries: 0,
        people: [
            { at: 2, what: { do: "take over", of: 0 } },
            { at: 2, what: { do: "attach", nth: 0, to: 0 } },
        ],
        settings: { ...CALM.settings, dropletSurvivesFailure: false, retryTakesAttachedElsewhere: false },
    },
    "where only a retry is accepted, a destroy that took too little is not finished": {
        volumes: [{ on: 0, snapshots: 0 }],
        addresses: [],
        snapshots: [],
        keep: ["nightly"],
        retries: 0,
        timeout: "5m",
        stubborn: [{ kind: "droplet", nth: 0, times: 1 }],
        troubles: [{ to: "any", after: 2, times: 1, do: { kind: "edit", edit: "missing fields" } }],
        settings: {
            ...CALM.settings,
            dropletSurvivesFailure: false,
            selectiveAfterFailures: 409,
            retryTakesAttachedElsewhere: false,
        },
    },
    "somebody's destroy takes a volume between the list and the destroy that names its snapshot": {
        surface: "program",
        addresses: [],
        retries: 0,
        stubborn: [{ kind: "droplet", nth: 0, times: 1 }],
        people: [
            { at: 7, what: { do: "destroy", of: 0, but: [] } },
            { at: 7, what: { do: "snapshot volume", nth: 0, name: "nightly" } },
        ],
        settings: {
            roundTripMs: 1_500,
            statusDelayMs: 3_000,
            dropletSurvivesFailure: false,
            retryTakesAttachedElsewhere: false,
        },
    },
    "a volume that has moved from one droplet of a command to the other has its cost in one report": {
        surface: "command line",
        ours: 2,
        volumes: [
            { on: 0, snapshots: 0 },
            { on: 1, snapshots: 0 },
        ],
        addresses: [],
        snapshots: [],
        requireTag: true,
        retries: 0,
        stubborn: [{ kind: "volume", nth: 1, times: 1 }],
        people: [
            { at: 0, what: { do: "untag", of: 0 } },
            { at: 12, what: { do: "attach", nth: 1, to: 0 } },
        ],
        settings: { ...CALM.settings, dropletSurvivesFailure: false, retryTakesAttachedElsewhere: false },
    },
    "a refresh forgets a volume that a list without names does not show": {
        surface: "program",
        volumes: [{ on: 0, snapshots: 0 }],
        addresses: [],
        snapshots: [],
        retries: 0,
        people: [{ at: 0, what: { do: "detach", nth: 0 } }],
        troubles: [{ to: "any", after: 1, times: 1, do: { kind: "edit", edit: "missing fields" } }],
        runs: [{ does: "refresh", dies: null, pauseMs: 0 }],
        settings: { ...CALM.settings, dropletSurvivesFailure: false, retryTakesAttachedElsewhere: false },
    },
    "a volume that one droplet of a command has lost goes with the other that has it": {
        surface: "command line",
        ours: 2,
        volumes: [{ on: 0, snapshots: 0 }],
        addresses: [],
        keep: ["nightly"],
        retries: 1,
        stubborn: [{ kind: "volume", nth: 0, times: 1 }],
        people: [{ at: 19, what: { do: "attach", nth: 0, to: 1 } }],
        runs: [
            { does: "refresh", dies: null, pauseMs: 0 },
            { does: "destroy", dies: null, pauseMs: 0 },
        ],
        settings: { ...CALM.settings, dropletSurvivesFailure: false, retryTakesAttachedElsewhere: false },
    },
    "a false 404 for volume snapshots looks like the true one": {
        surface: "command line",
        hiddenKinds: ["volume_snapshot"],
        addresses: [],
        snapshots: [],
        keep: ["nightly"],
        retries: 0,
        troubles: [
            { to: "snapshots", after: 0, times: 1, do: { kind: "answer", status: 404, afterEffect: false } },
        ],
        settings: { ...CALM.settings, dropletSurvivesFailure: false, retryTakesAttachedElsewhere: false },
    },
    "a droplet loses its tag while its own status is slow, and another one's list shows that": {
        surface: "command line",
        ours: 3,
        volumes: [],
        addresses: [],
        snapshots: [],
        requireTag: true,
        retries: 0,
        people: [{ at: 5, what: { do: "untag", of: 2 } }],
        troubles: [{ to: "status", after: 2, times: 1, do: { kind: "slow", ms: 1_000 } }],
        settings: { ...CALM.settings, dropletSurvivesFailure: false, retryTakesAttachedElsewhere: false },
    },
    "the status of somebody's destroy shows only when everything is over, and names what that left": {
        surface: "command line",
        ours: 3,
        volumes: [{ on: 1, snapshots: 1 }],
        addresses: [],
        snapshots: [],
        retries: 0,
        stubborn: [{ kind: "volume_snapshot", nth: 0, times: 1 }],
        people: [{ at: 0, what: { do: "destroy", of: 1, but: [] } }],
        settings: {
            statusDelayMs: 15_000,
            dropletSurvivesFailure: false,
            retryTakesAttachedElsewhere: false,
        },
    },
    "a destroy whose answer was lost, and whose status names what was sent, is ours": {
        volumes: [],
        addresses: [],
        requireTag: true,
        retries: 1,
        stubborn: [{ kind: "snapshot", nth: 0, times: 1 }],
        troubles: [{ to: "destroy", after: 0, times: 1, do: { kind: "text", text: "<html>", status: 200 } }],
        settings: { ...CALM.settings, dropletSurvivesFailure: false, retryTakesAttachedElsewhere: false },
    },
};

describe("worlds that the search once judged wrongly", () => {
    for (const [name, world] of Object.entries(TOLERATED)) {
        it(name, async () => {
            await play({ ...CALM, ...world });
        });
    }
});

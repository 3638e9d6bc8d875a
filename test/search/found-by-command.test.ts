import { playEach } from "./play-each.js";
import { CALM, type World } from "./world.js";

/** Worlds of the command line in which the search found a fault of the product, each as small as it could be made. */
const FOUND: Readonly<Record<string, Partial<World>>> = {
    "a report says what it could not read, also where not even the droplet could be read": {
        surface: "command line",
        troubles: [{ to: "any", after: 0, times: 2, do: { kind: "edit", edit: "{}" } }],
    },
    "what a survey has seen is in the report, whatever happens to the destroy": {
        surface: "command line",
        keep: [{ kind: "reserved_ip", nth: 0, by: "id" }],
        troubles: [{ to: "droplet", after: 1, times: 6, do: { kind: "answer", status: 500 } }],
    },
    "what our own destroy could not take is tried again, also behind a required tag": {
        surface: "command line",
        requireTag: true,
        settings: { ...CALM.settings, dropletSurvivesFailure: false },
        stubborn: [{ kind: "volume_snapshot", nth: 0, times: 1 }],
    },
    "many droplets do not wait for the hour's end before their own deadline": {
        surface: "command line",
        ours: 3,
        troubles: [{ to: "droplets", after: 2, times: 1, do: { kind: "tooManyRequests" } }],
    },
    "an address that a status calls by its number is not told as destroyed": {
        surface: "command line",
        settings: { ...CALM.settings, unknownIds: "failure" },
        people: [{ at: 5, what: { do: "unassign", nth: 0 } }],
    },
    "what the last list does not show, and what cannot be looked up, is not told to be kept": {
        surface: "command line",
        volumes: [],
        addresses: [],
        policy: { default: "keep" },
        retries: 1,
        stubborn: [{ kind: "droplet", nth: 0, times: 1 }],
        people: [{ at: 5, what: { do: "delete", kind: "snapshot", nth: 0 } }],
        troubles: [{ to: "resource", after: 0, times: 1, do: { kind: "echoToken", status: 422 } }],
        settings: { ...CALM.settings, dropletSurvivesFailure: false, retryTakesAttachedElsewhere: false },
    },
    "a report says what it could not read, also where an earlier list was complete": {
        surface: "command line",
        volumes: [{ on: 1, snapshots: 0 }],
        addresses: [],
        snapshots: [],
        retries: 1,
        stubborn: [{ kind: "droplet", nth: 0, times: 1 }],
        people: [{ at: 5, what: { do: "attach", nth: 0, to: 0 } }],
        troubles: [{ to: "list", after: 1, times: 1, do: { kind: "text", text: "{}", status: 200 } }],
        settings: { ...CALM.settings, dropletSurvivesFailure: false, retryTakesAttachedElsewhere: false },
    },
    "an answer without a list does not tell that volume snapshots may be read": {
        surface: "command line",
        hiddenKinds: ["volume_snapshot"],
        addresses: [],
        snapshots: [],
        keep: ["no-such-thing"],
        retries: 0,
        troubles: [{ to: "snapshots", after: 0, times: 1, do: { kind: "text", text: "[]", status: 200 } }],
        settings: { ...CALM.settings, dropletSurvivesFailure: false, retryTakesAttachedElsewhere: false },
    },
    "a snapshot that the survey found is in the report, also where the list cannot be read again": {
        surface: "command line",
        volumes: [],
        addresses: [],
        keep: ["no-such-thing"],
        requireTag: true,
        retries: 0,
        people: [{ at: 0, what: { do: "delete droplet", of: 0 } }],
        troubles: [
            {
                to: "snapshots",
                after: 1,
                times: 1,
                do: { kind: "answer", status: 404, afterEffect: false },
            },
        ],
        settings: { ...CALM.settings, dropletSurvivesFailure: false, retryTakesAttachedElsewhere: false },
    },
    "what the survey found is in the report, also where the status is forgotten by then": {
        surface: "command line",
        snapshots: [],
        keep: [{ kind: "volume_snapshot", nth: 0, by: "id" }],
        retries: 0,
        stubborn: [{ kind: "reserved_ip", nth: 0, times: 1 }],
        runs: [
            { does: "destroy", dies: null, pauseMs: 2_000 },
            { does: "destroy", dies: null, pauseMs: 0 },
        ],
        settings: {
            ...CALM.settings,
            statusRetentionMs: 5_000,
            dropletSurvivesFailure: false,
            retryTakesAttachedElsewhere: false,
        },
    },
    "what is known of a droplet that cannot be planned is in the text, not only in the report": {
        surface: "command line",
        ours: 3,
        snapshots: [],
        keep: [{ kind: "volume_snapshot", nth: 0, by: "id" }],
        retries: 0,
        people: [{ at: 0, what: { do: "detach", nth: 0 } }],
        troubles: [{ to: "snapshots", after: 0, times: 1, do: { kind: "echoToken", status: 409 } }],
        settings: { ...CALM.settings, dropletSurvivesFailure: false, retryTakesAttachedElsewhere: false },
    },
    "a list that was read before the status of somebody's destroy showed is not the whole": {
        surface: "command line",
        addresses: [],
        snapshots: [],
        retries: 0,
        people: [{ at: 2, what: { do: "destroy", of: 0, but: ["volume_snapshot"] } }],
        settings: {
            ...CALM.settings,
            roundTripMs: 1_500,
            statusDelayMs: 3_000,
            dropletSurvivesFailure: false,
            retryTakesAttachedElsewhere: false,
        },
    },
    "a list that cannot be read while somebody's destroy runs leaves its kinds unread": {
        surface: "command line",
        ours: 2,
        volumes: [{ on: null, snapshots: 0 }],
        addresses: [],
        snapshots: [{ of: 1, name: "nightly" }],
        keep: [{ kind: "volume", nth: 0, by: "name" }],
        retries: 0,
        people: [{ at: 6, what: { do: "destroy", of: 1, but: ["snapshot"] } }],
        runs: [
            { does: "destroy", dies: null, pauseMs: 0 },
            { does: "destroy", dies: null, pauseMs: 0 },
        ],
        settings: {
            ...CALM.settings,
            destroyDurationMs: 700,
            dropletSurvivesFailure: false,
            retryTakesAttachedElsewhere: false,
        },
    },
};

playEach("worlds of the command line that the search has found", FOUND);

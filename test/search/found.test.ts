import { playEach } from "./play-each.js";
import { CALM, type World } from "./world.js";

/** Worlds in which the search found a fault of the product, each as small as it could be made. */
const FOUND: Readonly<Record<string, Partial<World>>> = {
    "a report says what it could not read, also where not even the droplet could be read": {
        surface: "command line",
        troubles: [{ to: "any", after: 0, times: 2, do: { kind: "edit", edit: "{}" } }],
    },
    "a droplet that answers 404 once is still asked to go": {
        surface: "program",
        troubles: [{ to: "any", after: 0, times: 1, do: { kind: "answer", status: 404 } }],
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
    "a droplet that answers 404 once is not taken for gone": {
        troubles: [{ to: "any", after: 0, times: 1, do: { kind: "answer", status: 404 } }],
    },
    "a refresh does not forget a droplet that answers 404 once": {
        troubles: [{ to: "any", after: 0, times: 1, do: { kind: "answer", status: 404 } }],
        runs: [{ does: "refresh", dies: null, pauseMs: 0 }],
    },
    "a list that answers 404 is not an empty list": {
        surface: "program",
        troubles: [{ to: "droplets", after: 0, times: 2, do: { kind: "answer", status: 404 } }],
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
    "what the preflight saw is in the report of the executor": {
        surface: "program",
        people: [
            { at: 0, what: { do: "snapshot volume", nth: 0, name: "golden" } },
            { at: 3, what: { do: "detach", nth: 0 } },
        ],
    },
    "a refresh keeps what a list does not tell": {
        surface: "program",
        people: [{ at: 2, what: { do: "delete droplet", of: 0 } }],
        runs: [{ does: "refresh", dies: null, pauseMs: 0 }],
    },
    "a retry is taken where it is all that DigitalOcean accepts": {
        surface: "program",
        settings: { ...CALM.settings, selectiveAfterFailures: 422, dropletSurvivesFailure: false },
        stubborn: [
            { kind: "volume_snapshot", nth: 0, times: 1 },
            { kind: "droplet", nth: 0, times: 1 },
        ],
        retries: 0,
        timeout: "60s",
    },
    "a refresh keeps the cost that a list does not tell": {
        surface: "program",
        troubles: [
            { to: "list", after: 0, times: 2, do: { kind: "edit", edit: "missing fields" } },
            { to: "tags", after: 0, times: 1, do: { kind: "answer", status: 409 } },
        ],
        runs: [
            { does: "refresh", dies: null, pauseMs: 0 },
            { does: "destroy", dies: null, pauseMs: 0 },
        ],
    },
    "a list of droplets that is not in the answer is not empty": {
        surface: "program",
        state: "cut short",
        troubles: [{ to: "droplets", after: 0, times: 6, do: { kind: "edit", edit: "{}" } }],
    },
    "a kept volume that answers 404 once is not told as destroyed": {
        surface: "program",
        keep: ["pg-*"],
        troubles: [{ to: "resource", after: 0, times: 1, do: { kind: "answer", status: 404 } }],
    },
    "a refresh with a narrower token forgets nothing": {
        surface: "program",
        hiddenKinds: ["snapshot"],
        people: [{ at: 10, what: { do: "delete droplet", of: 0 } }],
        runs: [
            { does: "refresh", dies: null, pauseMs: 0 },
            { does: "destroy", dies: null, pauseMs: 0 },
        ],
    },
    "snapshots of a kept volume that somebody has destroyed stay": {
        surface: "program",
        addresses: [],
        snapshots: [],
        keep: [{ kind: "volume", nth: 0, by: "id" }],
        retries: 0,
        stubborn: [
            { kind: "droplet", nth: 0, times: 1 },
            { kind: "volume_snapshot", nth: 0, times: 1 },
        ],
        people: [{ at: 0, what: { do: "destroy", of: 0, but: [] } }],
        settings: {
            ...CALM.settings,
            dropletSurvivesFailure: false,
            nextStatus: "merges",
            retryTakesAttachedElsewhere: false,
        },
    },
    "a snapshot that was taken while the destroy ran goes with the others": {
        surface: "program",
        volumes: [],
        addresses: [],
        snapshots: [],
        retries: 1,
        stubborn: [{ kind: "droplet", nth: 0, times: 2 }],
        people: [
            { at: 12, what: { do: "snapshot", of: 0, name: "nightly" } },
            { at: 13, what: { do: "destroy", of: 0, but: ["snapshot"] } },
        ],
        troubles: [{ to: "retry", after: 0, times: 1, do: { kind: "dropAfter" } }],
        settings: {
            ...CALM.settings,
            dropletSurvivesFailure: false,
            selectiveAfterFailures: 422,
            retryTakesAttachedElsewhere: false,
        },
    },
    "what a droplet had that was taken over and then deleted is told to be left": {
        surface: "program",
        volumes: [{ on: 0, snapshots: 0 }],
        addresses: [],
        snapshots: [],
        retries: 0,
        people: [
            { at: 0, what: { do: "take over", of: 0 } },
            { at: 2, what: { do: "delete droplet", of: 0 } },
        ],
        settings: { ...CALM.settings, dropletSurvivesFailure: false, retryTakesAttachedElsewhere: false },
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
    "what a droplet left that somebody destroyed before the engine let it go is told and stays": {
        surface: "program",
        addresses: [],
        snapshots: [],
        retries: 0,
        stubborn: [{ kind: "volume_snapshot", nth: 0, times: 1 }],
        people: [{ at: 0, what: { do: "destroy", of: 0, but: [] } }],
        troubles: [{ to: "any", after: 0, times: 6, do: { kind: "echoToken", status: 500 } }],
        settings: { ...CALM.settings, dropletSurvivesFailure: false, retryTakesAttachedElsewhere: false },
    },
    "a droplet that nobody has let go is not destroyed because it answers 404 once": {
        surface: "program",
        volumes: [],
        addresses: [],
        snapshots: [],
        retries: 0,
        state: "edited",
        troubles: [
            { to: "droplet", after: 0, times: 1, do: { kind: "answer", status: 404, afterEffect: false } },
        ],
        settings: {
            ...CALM.settings,
            dropletSurvivesFailure: false,
            retryTakesAttachedElsewhere: false,
            tagListDelayMs: 3_000,
        },
    },
    "an answer with nothing in it is no sign that a snapshot is there": {
        surface: "program",
        volumes: [],
        addresses: [],
        retries: 0,
        people: [{ at: 0, what: { do: "delete", kind: "snapshot", nth: 0 } }],
        troubles: [{ to: "resource", after: 0, times: 1, do: { kind: "text", text: "null", status: 200 } }],
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
    "a report says that nothing was read the last time, also where time ran out meanwhile": {
        surface: "program",
        volumes: [],
        addresses: [],
        snapshots: [],
        retries: 1,
        timeout: "60s",
        stubborn: [{ kind: "droplet", nth: 0, times: 1 }],
        people: [{ at: 12, what: { do: "snapshot", of: 0, name: "nightly" } }],
        troubles: [{ to: "list", after: 2, times: 6, do: { kind: "text", text: "<html>", status: 200 } }],
        settings: { roundTripMs: 1_500, dropletSurvivesFailure: false, retryTakesAttachedElsewhere: false },
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
    "a leftover is not destroyed because its delete answers 404 once": {
        surface: "program",
        volumes: [],
        addresses: [],
        retries: 0,
        people: [{ at: 3, what: { do: "delete droplet", of: 0 } }],
        troubles: [
            { to: "remove", after: 0, times: 1, do: { kind: "answer", status: 404, afterEffect: false } },
        ],
        settings: { ...CALM.settings, dropletSurvivesFailure: false, retryTakesAttachedElsewhere: false },
    },
};

playEach("worlds that the search has found", FOUND);

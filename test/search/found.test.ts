import { playEach } from "./play-each.js";
import { CALM, type World } from "./world.js";

/** Worlds of a program in which the search found a fault of the product, each as small as it could be made. */
const FOUND: Readonly<Record<string, Partial<World>>> = {
    "a droplet that answers 404 once is still asked to go": {
        surface: "program",
        troubles: [{ to: "any", after: 0, times: 1, do: { kind: "answer", status: 404 } }],
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
    "a list that was read during somebody's destroy does not tell what is kept": {
        surface: "program",
        volumes: [],
        addresses: [],
        policy: { default: "keep" },
        retries: 0,
        people: [{ at: 0, what: { do: "destroy", of: 0, but: [] } }],
        troubles: [{ to: "resource", after: 0, times: 1, do: { kind: "echoToken", status: 409 } }],
        settings: {
            roundTripMs: 10,
            destroyDurationMs: 700,
            statusRetentionMs: 5_000,
            dropletSurvivesFailure: false,
            retryTakesAttachedElsewhere: false,
        },
    },
    "somebody's destroy that the status does not show yet is not retried": {
        surface: "program",
        volumes: [{ on: 0, snapshots: 0 }],
        addresses: [],
        snapshots: [],
        policy: { default: "keep" },
        retries: 0,
        stubborn: [
            { kind: "droplet", nth: 0, times: 2 },
            { kind: "volume", nth: 0, times: 1 },
        ],
        people: [{ at: 12, what: { do: "destroy", of: 0, but: [] } }],
        runs: [
            { does: "destroy", dies: null, pauseMs: 0 },
            { does: "destroy", dies: null, pauseMs: 0 },
        ],
        settings: {
            ...CALM.settings,
            statusDelayMs: 15_000,
            dropletSurvivesFailure: false,
            selectiveAfterFailures: 409,
            retryTakesAttachedElsewhere: false,
        },
    },
    "a snapshot is not destroyed because its delete answers 404 once, after our own destroy": {
        surface: "program",
        addresses: [],
        snapshots: [],
        retries: 0,
        stubborn: [{ kind: "volume_snapshot", nth: 0, times: 1 }],
        troubles: [
            { to: "remove", after: 0, times: 1, do: { kind: "answer", status: 404, afterEffect: false } },
        ],
        runs: [
            { does: "destroy", dies: null, pauseMs: 0 },
            { does: "destroy", dies: null, pauseMs: 0 },
        ],
        settings: { ...CALM.settings, dropletSurvivesFailure: false, retryTakesAttachedElsewhere: false },
    },
    "a list that was read while a destroy took things out of it does not tell what was kept": {
        surface: "program",
        addresses: [],
        snapshots: [],
        keepInEnvironment: [{ kind: "volume_snapshot", nth: 0, by: "id" }],
        retries: 0,
        timeout: "60s",
        people: [{ at: 0, what: { do: "snapshot volume", nth: 0, name: "nightly" } }],
        runs: [
            { does: "destroy", dies: null, pauseMs: 0 },
            { does: "destroy", dies: null, pauseMs: 0 },
        ],
        settings: {
            ...CALM.settings,
            destroyDurationMs: 90_000,
            dropletSurvivesFailure: false,
            retryTakesAttachedElsewhere: false,
        },
    },
};

playEach("worlds of a program that the search has found", FOUND);

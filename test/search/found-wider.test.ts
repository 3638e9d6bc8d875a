import { playEach } from "./play-each.js";
import { CALM, type World } from "./world.js";

/** Worlds with final snapshots, contradictory statuses and late detaches in which the search found a fault. */
const FOUND: Readonly<Record<string, Partial<World>>> = {
    "what failed is not destroyed, although its status has a time of its destruction": {
        surface: "program",
        addresses: [],
        snapshots: [],
        retries: 0,
        stubborn: [{ kind: "volume_snapshot", nth: 0, times: 1 }],
        settings: { ...CALM.settings, dropletSurvivesFailure: false, failedDestroyedAt: "set" },
    },
    "a volume whose place cannot be read for a moment is not told to be free": {
        surface: "program",
        volumes: [{ on: 0, snapshots: 0 }],
        addresses: [],
        snapshots: [],
        retries: 0,
        people: [{ at: 0, what: { do: "delete droplet", of: 0 } }],
        troubles: [{ to: "resource", after: 1, times: 1, do: { kind: "edit", edit: "missing fields" } }],
        settings: { ...CALM.settings, detachDelayMs: 20_000 },
    },
    "a final snapshot that was taken just now is in the report before a list has shown it": {
        surface: "program",
        volumes: [],
        addresses: [],
        snapshots: [],
        finalSnapshot: true,
        retries: 0,
        troubles: [{ to: "droplet", after: 1, times: 1, do: { kind: "echoToken", status: 422 } }],
    },
    "a backup that was listed as a snapshot is not told to be kept where it cannot be looked up": {
        surface: "program",
        backups: 1,
        volumes: [],
        addresses: [],
        snapshots: [],
        policy: { default: "keep" },
        retries: 0,
        troubles: [{ to: "resource", after: 0, times: 1, do: { kind: "echoToken", status: 422 } }],
        settings: { ...CALM.settings, backupsListed: true },
    },
    "a droplet is not deleted alone where a snapshot of it is finished between two reads": {
        surface: "command line",
        volumes: [],
        addresses: [],
        snapshots: [{ of: 0, name: "final" }],
        retries: 0,
        people: [{ at: 15, what: { do: "begin snapshot", of: 0, name: "nightly" } }],
        runs: [{ does: "destroy", dies: null, pauseMs: 0, token: "own" }],
        settings: { roundTripMs: 1_500, emptySelective: 422 },
    },
    "the snapshots of a droplet that went without its final snapshot stay, also where no run has seen it": {
        volumes: [],
        addresses: [],
        finalSnapshot: true,
        retries: 0,
        people: [{ at: 0, what: { do: "destroy", of: 0, but: ["snapshot"] } }],
        runs: [{ does: "destroy", dies: null, pauseMs: 0, token: "stranger after a revoked one" }],
    },
};

playEach("worlds of the wider search in which it has found a fault", FOUND);

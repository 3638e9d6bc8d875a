import { play } from "./play.js";
import { CALM, type World } from "./world.js";

/** Worlds that the search has found, each as small as it could be made. In all of them something was wrong once. */
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
};

describe("worlds that the search has found", () => {
    for (const [name, world] of Object.entries(FOUND)) {
        it(name, async () => {
            await play({ ...CALM, ...world });
        });
    }
});

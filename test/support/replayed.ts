import assert from "node:assert/strict";

import type { Event, State } from "../../provider/teardown/progress.js";

type Progress = typeof import("../../provider/teardown/progress.js");
type Reporting = typeof import("../../provider/teardown/report.js");

// The compiled modules call each other through these objects, so a run goes through what replaces their functions.
const progress = require("../../provider/teardown/progress.js") as {
    -readonly [Name in keyof Progress]: Progress[Name];
};
const reporting = require("../../provider/teardown/report.js") as {
    -readonly [Name in keyof Reporting]: Reporting[Name];
};

/** How a state came about: each event with those before it, the last one first. */
interface Log {
    readonly begin: Parameters<Progress["begin"]>;
    readonly last: { readonly event: Event; readonly before: Log["last"] } | null;
}

function listEvents({ last }: Log): Event[] {
    const events: Event[] = [];
    for (let one = last; one !== null; one = one.before) {
        events.push(one.event);
    }
    return events.reverse();
}

let replayedRuns = 0;

/** How many runs were replayed in this process. */
export function runsReplayed(): number {
    return replayedRuns;
}

/**
 * From now on, every run of this process is played again from its recorded events, as plain data, when it reports:
 * that must give the same report.
 */
export function replayEveryRun(): void {
    if (Object.getOwnPropertyDescriptor(progress, "begin")?.writable !== true) {
        // Tools run the sources, whose modules cannot be changed.
        return;
    }
    const logs = new WeakMap<State, Log>();
    const { begin, after } = progress;
    const { buildReport } = reporting;
    progress.begin = (...args) => {
        const state = begin(...args);
        logs.set(state, { begin: args, last: null });
        return state;
    };
    progress.after = (state, event) => {
        const next = after(state, event);
        const log = logs.get(state);
        if (log !== undefined) {
            logs.set(next, { begin: log.begin, last: { event, before: log.last } });
        }
        return next;
    };
    reporting.buildReport = (state, request, error) => {
        const report = buildReport(state, request, error);
        const log = logs.get(state);
        if (log !== undefined) {
            const [args, events] = structuredClone([log.begin, listEvents(log)]);
            const again = events.reduce(after, begin(...args));
            assert.deepEqual(
                buildReport(again, request, error),
                report,
                "a run gives another report when it is replayed",
            );
            replayedRuns += 1;
        }
        return report;
    };
}

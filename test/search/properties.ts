import { CLI_TOKEN } from "./command.js";
import type { Ran } from "./process.js";
import type { Stage } from "./stage.js";
import { TOKEN } from "../support/teardown-world.js";
import { checkReport, checkSuccess } from "./truth.js";
import { Violation } from "./violation.js";

/** One request that was sent at the last moment. */
const LAST_REQUEST_MS = 31_000;
const MINUTE = { ms: 60_000, requests: 250 } as const;
const UNITS = { s: 1_000, m: 60_000 } as const;
/** What no person should ever read. */
const NONSENSE =
    /\bundefined\b|\bNaN\b|\[object |TypeError|ReferenceError|RangeError|SyntaxError|\bat .*\.js:\d/;

/** What must hold after each run. */
export function checkRun(ran: Ran, stage: Stage): void {
    if (stage.witness.violation !== null) {
        throw stage.witness.violation;
    }
    const facts = stage.oracle.facts();
    checkHarm(stage);
    checkOutput(ran);
    checkTime(ran, stage);
    checkBudget(stage);
    ran.reports.forEach((report) => checkReport(report, ran, facts, stage));
    if (ran.ended === "well" && ran.reports.length > 0) {
        ran.reports.forEach((report) => checkSuccess(report, facts, stage));
    }
}

/** What is gone by a request of ours was to go. */
function checkHarm({ simulator, oracle }: Stage): void {
    for (const { kind, id, by } of simulator.history()) {
        if (by !== "pulumi-droplet-teardown/0.0.0") {
            continue;
        }
        if (
            kind === "droplet"
                ? Number(id) === oracle.scene.things.droplets[oracle.world.ours]
                : kind !== "backup"
        ) {
            const thing = oracle.thing(id);
            const word = thing === undefined ? "nobody's" : oracle.wordFor(thing);
            if (kind === "droplet" || word !== "destroy") {
                throw new Violation("only what may go is destroyed", `${kind} ${id} is gone (${word})`);
            }
        }
    }
}

function checkOutput({ output }: Ran): void {
    const [nonsense] = NONSENSE.exec(output) ?? [];
    if (nonsense !== undefined) {
        throw new Violation("what is said makes sense", `${nonsense} in ${output}`);
    }
    for (const token of [TOKEN, CLI_TOKEN]) {
        if (output.includes(token.slice(8))) {
            throw new Violation("the token is in no output", output);
        }
    }
}

function checkTime({ tookMs }: Ran, { world }: Stage): void {
    const [, number = "0", unit = "s"] = /^(\d+)([sm])$/.exec(world.timeout) ?? [];
    // The command line finds, surveys and destroys, each within the time that is given.
    const phases = world.surface === "command line" ? 3 : 1;
    const limitMs = phases * Number(number) * UNITS[unit as keyof typeof UNITS] + LAST_REQUEST_MS;
    const longest = Math.max(0, ...tookMs);
    if (longest > limitMs) {
        throw new Violation("it ends by its deadline", `${longest} ms, and the timeout is ${world.timeout}`);
    }
}

function checkBudget({ simulator }: Stage): void {
    const times = simulator
        .requests()
        .filter(({ userAgent }) => userAgent.startsWith("pulumi-droplet-teardown"))
        .map(({ atMs }) => atMs);
    for (let first = 0, last = 0; last < times.length; last += 1) {
        while ((times[last] ?? 0) - (times[first] ?? 0) >= MINUTE.ms) {
            first += 1;
        }
        if (last - first + 1 > MINUTE.requests) {
            throw new Violation("requests stay within the rate limit", `${last - first + 1} in a minute`);
        }
    }
}

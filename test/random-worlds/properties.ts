import type { Ran } from "./process.js";
import type { Stage } from "./stage.js";
import { isStranger, OTHER_TEAM, SECRETS } from "./tokens.js";
import { checkOrphans } from "./orphans.js";
import { checkClaims, checkReport, checkSuccess } from "./truth.js";
import { Violation } from "./violation.js";
import type { Run, World } from "./world.js";

/** One request that was sent at the last moment. */
const LAST_REQUEST_MS = 31_000;
const MINUTE = { ms: 60_000, requests: 250 } as const;
const UNITS = { s: 1_000, m: 60_000 } as const;
/** What no person should ever read. */
const NONSENSE =
    /\bundefined\b|\bNaN\b|\[object |TypeError|ReferenceError|RangeError|SyntaxError|\bat .*\.js:\d/;

/** What must hold after each run. */
export function checkRun({ token, does, timeout }: Run, ran: Ran, stage: Stage): void {
    if (stage.witness.violation !== null) {
        throw stage.witness.violation;
    }
    const facts = stage.oracle.facts();
    checkHarm(stage);
    checkOutput(ran);
    checkTime(ran, { ...stage.world, timeout: timeout ?? stage.world.timeout });
    checkBudget(stage);
    checkRefused(stage);
    checkAges(ran, stage);
    checkPace(does, stage);
    if (isStranger(token)) {
        checkStranger(ran, does, stage);
        return;
    }
    ran.seen.forEach((report) => checkClaims(report, ran, facts));
    checkOrphans(ran, stage);
    ran.reports.forEach((report) => checkReport(report, ran, facts, stage));
    if (ran.ended === "well" && ran.reports.length > 0) {
        ran.reports.forEach((report) => checkSuccess(report, facts, stage));
    }
}

/** A token of another team sees nothing of ours, and that is not told as an end. */
function checkStranger(
    { ended, reports, seen, text, tookMs }: Ran,
    does: Run["does"],
    { world, things }: Stage,
): void {
    const ours = [...reports, ...seen].filter(({ id }) => things.droplets.includes(id));
    const told = ours.find(
        ({ outcome, error }) => outcome === "destroyed" || (outcome === "not-found" && error === null),
    );
    if (told !== undefined) {
        throw new Violation("what another team's token does not see is not gone", JSON.stringify(told));
    }
    const isRefused = world.surface !== "command line" || world.knowsTeam;
    if (ended === "well" && isRefused && does === "destroy" && tookMs.length > 0) {
        throw new Violation("a token of another team is refused", text);
    }
}

/** What is gone by a request of ours was to go. */
function checkHarm({ simulator, oracle, things, world }: Stage): void {
    const theirs = things.droplets[world.ours];
    for (const { kind, id, by, team } of simulator.history()) {
        // What a token of another team does there, the judge has allowed.
        if (by !== "pulumi-droplet-teardown/0.0.0" || team === OTHER_TEAM) {
            continue;
        }
        if (
            kind === "droplet"
                ? (Number(id) === theirs && !oracle.isOurs(theirs)) || !things.droplets.includes(Number(id))
                : kind !== "backup"
        ) {
            const thing = oracle.thing(id);
            const word = thing === undefined ? "nobody's" : oracle.wordFor(thing);
            if (kind === "droplet" || (word !== "destroy" && !oracle.everToGo.has(id))) {
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
    for (const token of SECRETS) {
        if (output.includes(token.slice(8))) {
            throw new Violation("the token is in no output", output);
        }
    }
}

function checkTime({ tookMs }: Ran, world: World): void {
    const [, number = "0", unit = "s"] = /^(\d+)([sm])$/.exec(world.timeout) ?? [];
    // The command line finds, surveys and destroys, each within the time that is given.
    const phases = world.surface === "command line" ? 3 : 1;
    const limitMs = phases * Number(number) * UNITS[unit as keyof typeof UNITS] + LAST_REQUEST_MS;
    const longest = Math.max(0, ...tookMs);
    if (longest > limitMs) {
        throw new Violation("it ends by its deadline", `${longest} ms, and the timeout is ${world.timeout}`);
    }
}

/** A process keeps to the limit; of the requests of the one before, it knows what the answers say. */
function checkBudget({ simulator, witness }: Stage): void {
    const times = simulator
        .requests()
        .slice(witness.told.begunAt)
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

/** So many requests may be under way when the hour is used up, or find out later that it still is. */
const MAX_REFUSED = 60;

/** Once the hour is used up, a process waits until it is over, where answers say when. */
function checkRefused({ simulator, witness, world }: Stage): void {
    const refused = simulator
        .requests()
        .slice(witness.told.begunAt)
        .filter(({ status }) => status === 429).length;
    if (world.habits.rateHeaders && refused > MAX_REFUSED) {
        throw new Violation("a limit that is used up is waited for", `${refused} requests were refused`);
    }
}

const HOUR_MS = 3_600_000;

/** What this world has seen is no older than it is; two clocks may be half an hour apart. */
function checkAges({ text }: Ran, { clock, begunAtMs }: Stage): void {
    const hours = [...text.matchAll(/\btaken (\d+)h/g)].map(([, count = ""]) => Number(count));
    const age = (clock.monotonicMs() - begunAtMs) / HOUR_MS;
    if (Math.max(0, ...hours) > age + 1) {
        throw new Violation("an age is told as it is", text);
    }
}

/** Of a limit that is over, where no answer tells: such a pause comes after each request that may find out. */
const PROBE = { fromMs: 4_900, toMs: 9_000, times: 6 } as const;

/** Where answers say nothing of the limit, one that is over holds nobody up. Other processes wait for what runs. */
function checkPace(does: Run["does"], { simulator, witness, world }: Stage): void {
    const isSlow = world.troubles.some(({ do: fault }) => fault.kind === "slow");
    if (world.habits.rateHeaders || isSlow || does === "destroy" || does === "wait") {
        return;
    }
    const times = simulator
        .requests()
        .slice(witness.told.begunAt)
        .filter(({ status }) => status < 429)
        .map(({ atMs }) => atMs);
    let held = 0;
    for (const [nth, atMs] of times.entries()) {
        const gapMs = atMs - (times[nth - 1] ?? atMs);
        held = gapMs >= PROBE.fromMs && gapMs <= PROBE.toMs ? held + 1 : 0;
        if (held >= PROBE.times) {
            throw new Violation("a limit that is over holds nobody up", `${held} times ${gapMs} ms`);
        }
    }
}

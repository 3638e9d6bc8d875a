import {
    checkAdvised,
    checkEnd,
    checkGone,
    checkLeaves,
    checkLong,
    checkTags,
    isUnfinished,
} from "./ending.js";
import { checkRun } from "./properties.js";
import { checkLeft } from "./orphans.js";
import { checkPlanned } from "./planned.js";
import type { Ran, Reported } from "./process.js";
import type { Advice } from "./oracle.js";
import { checkResumed } from "./resumed.js";
import { checkBill } from "./truth.js";
import { setStage, type Stage } from "./stage.js";
import { Violation } from "./violation.js";
import { CALM, type Run, type World } from "./world.js";

const PLAN: Run = { does: "refresh", dies: null, pauseMs: 0 };
const ORPHANS: Run = { does: "orphans", dies: null, pauseMs: 0 };
const UNDISTURBED: Run = { does: "destroy", dies: null, pauseMs: 0 };
/** Whatever runs at DigitalOcean has come to its end by then, and a status is forgotten that is not kept for long. */
const AFTERWARDS_MS = 1_800_000;
const MINUTE_MS = 60_000;
/** With slow answers, the longest snapshot and the longest destroy after it take four times the shortest timeout. */
const MAX_RUNS = 5;

/**
 * Plays a world to its end.
 * @throws Violation where something happens that must never happen
 */
export async function play(world: World): Promise<Stage> {
    const zone = process.env.TZ;
    // Where DigitalOcean's dates name no zone, the machine's own is another one.
    setZone(world.habits.dates === "usual" ? zone : "Asia/Tokyo");
    try {
        return await playHere(world);
    } finally {
        setZone(zone);
    }
}

function setZone(zone: string | undefined): void {
    if (zone === undefined) {
        delete process.env.TZ;
    } else {
        process.env.TZ = zone;
    }
}

async function playHere(world: World): Promise<Stage> {
    const stage = await setStage(world);
    let before: Ran | null = null;
    for (const run of world.runs) {
        before = (await resume(run, before, stage)) ?? (await runOnce(run, stage));
        await stage.clock.run(stage.clock.sleep(run.pauseMs));
    }
    stage.calmDown();
    await stage.clock.run(stage.clock.sleep(AFTERWARDS_MS));
    const facts = stage.oracle.facts();
    // What was printed resumes a run, and takes what that was to take: a plan from now may show something else.
    const planned = commandsAfter(before, stage).length > 0 ? [] : await plan(stage);
    const { ran, runs } = await destroyToTheEnd(before, stage);
    checkEnd(ran, facts, stage);
    checkPlanned(planned, ran.ended === "well" && runs === 1, facts, stage);
    if (ran.ended === "well") {
        await stage.clock.run(stage.clock.sleep(MINUTE_MS));
        ran.reports.forEach((report) => checkBill(report, stage.oracle.facts(), stage.oracle));
        checkGone(stage);
        checkTags(stage);
        await checkNothingToDo(stage);
        checkLeft(await stage.run(ORPHANS), stage);
    }
    await checkResumed(world);
    return stage;
}

async function runOnce(run: Run, stage: Stage, typed: Advice | null = null): Promise<Ran> {
    // What is typed as it was printed has the usual timeout; a stack has its own.
    const time = stage.world.surface === "command line" ? { timeout: CALM.timeout } : {};
    const one = typed === null ? run : { ...run, ...time, does: "destroy" as const };
    const ran = await stage.run(one, typed);
    checkRun(one, ran, stage);
    return ran;
}

/**
 * Types what the process before has printed, each command as a process of its own.
 * @returns what all of them came to; null: nothing was printed, or nobody does as it says
 */
async function resume(run: Run, before: Ran | null, stage: Stage): Promise<Ran | null> {
    let all: Ran | null = null;
    const commands = commandsAfter(before, stage);
    if (before !== null) {
        checkLeaves(commands, before, stage);
    }
    for (const command of commands) {
        const facts = stage.oracle.facts();
        const ran = await runOnce(run, stage, command);
        checkAdvised(command, ran, facts, stage);
        all = all === null ? ran : together(all, ran);
    }
    return all;
}

function commandsAfter(before: Ran | null, stage: Stage): readonly Advice[] {
    return stage.world.obeys && before !== null ? stage.advised(before) : [];
}

function together(one: Ran, other: Ran): Ran {
    return {
        ...other,
        ended: [one, other].find(({ ended }) => ended !== "well")?.ended ?? "well",
        text: `${one.text}\n${other.text}`,
        reports: [...one.reports, ...other.reports],
    };
}

/** What a destroy would do, for people; a stack has no such command. */
async function plan(stage: Stage): Promise<readonly Reported[]> {
    if (stage.world.surface !== "command line") {
        return [];
    }
    const ran = await stage.run(PLAN);
    checkRun(PLAN, ran, stage);
    return ran.seen;
}

/** What takes longer than a run may, or more rounds, the next one goes on with. */
async function destroyToTheEnd(
    last: Ran | null,
    stage: Stage,
): Promise<{ readonly ran: Ran; readonly runs: number }> {
    let before = last;
    for (let runs = 1; ; runs += 1) {
        const run = runs > MAX_RUNS ? { ...UNDISTURBED, timeout: CALM.timeout } : UNDISTURBED;
        const resumed: Ran | null = await resume(run, before, stage);
        const ran: Ran = resumed ?? (await runOnce(run, stage));
        before = ran;
        checkLong(run.timeout ?? stage.world.timeout, ran);
        const isOpen = ran.reports.some(isUnfinished) ? mayNeedAnother(stage.world, ran) : isUntidy(ran);
        // What was printed is for what was not finished; the usual destroy has the last word.
        const goesOn = isOpen || (resumed !== null && !ran.reports.some(isUnfinished));
        if (!goesOn || runs > MAX_RUNS || (runs === MAX_RUNS && resumed === null && !isToldToWait(ran))) {
            return { ran, runs };
        }
    }
}

/** A command says which one is to follow, and that has the usual timeout. */
function isToldToWait({ text }: Ran): boolean {
    return /give it more time: `DROPLET_TEARDOWN_TIMEOUT=|^Resume /m.test(text);
}

/** Without a retry, what one destroy leaves is for the next run. */
function mayNeedAnother({ retries }: World, { reports }: Ran): boolean {
    const isLate = ({ outcome, error }: Reported): boolean =>
        outcome === "in-progress" || (error ?? "").includes("not finished after");
    return retries === 0 || reports.some(isLate) || reports.some(isDoubted);
}

/** The last delete of its last round was answered with a success that is no proof, and nobody has looked since. */
function isDoubted({ resources }: Reported): boolean {
    return resources.some(
        ({ outcome, reason }) => outcome === "failed" && /^DELETE \S+: 20\d /.test(reason ?? ""),
    );
}

/**
 * Time was up before the first look, because an earlier process has used up the minute's requests, or before the last
 * look or the last tags were deleted.
 */
function isUntidy({ ended, text }: Ran): boolean {
    return ended === "badly" && text.includes("not finished after");
}

async function checkNothingToDo(stage: Stage): Promise<void> {
    const before = stage.simulator.requests().length;
    const ran = await stage.run(UNDISTURBED);
    checkRun(UNDISTURBED, ran, stage);
    const changes = stage.simulator
        .requests()
        .slice(before)
        .filter(({ method }) => method !== "GET");
    const destroys = changes.filter(({ path }) => !path.startsWith("/v2/tags"));
    if (ran.ended !== "well" || destroys.length > 0) {
        const sent = destroys.map(({ method, path }) => `${method} ${path}`).join(", ");
        throw new Violation("after a success there is nothing to do", `${ran.ended} ${sent} ${ran.text}`);
    }
}

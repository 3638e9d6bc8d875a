import { checkEnd, checkGone, isUnfinished } from "./ending.js";
import { checkRun } from "./properties.js";
import { checkLeft } from "./orphans.js";
import { checkPlanned } from "./planned.js";
import type { Ran, Reported } from "./process.js";
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
    const stage = await setStage(world);
    for (const run of world.runs) {
        const ran = await stage.run(run);
        checkRun(run, ran, stage);
        await stage.clock.run(stage.clock.sleep(run.pauseMs));
    }
    stage.calmDown();
    await stage.clock.run(stage.clock.sleep(AFTERWARDS_MS));
    const facts = stage.oracle.facts();
    const planned = await plan(stage);
    const { ran, runs } = await destroyToTheEnd(stage);
    checkEnd(ran, facts, stage);
    checkPlanned(planned, ran.ended === "well" && runs === 1, facts, stage);
    if (ran.ended === "well") {
        await stage.clock.run(stage.clock.sleep(MINUTE_MS));
        ran.reports.forEach((report) => checkBill(report, stage.oracle.facts(), stage.oracle));
        checkGone(stage);
        await checkNothingToDo(stage);
        checkLeft(await stage.run(ORPHANS), stage);
    }
    await checkResumed(world);
    return stage;
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
async function destroyToTheEnd(stage: Stage): Promise<{ readonly ran: Ran; readonly runs: number }> {
    for (let runs = 1; ; runs += 1) {
        const run = runs > MAX_RUNS ? { ...UNDISTURBED, timeout: CALM.timeout } : UNDISTURBED;
        const ran = await stage.run(run);
        checkRun(run, ran, stage);
        const goesOn = ran.reports.some(isUnfinished) ? mayNeedAnother(stage.world, ran) : isUntidy(ran);
        if (!goesOn || runs > MAX_RUNS || (runs === MAX_RUNS && !isToldToWait(ran))) {
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
    return retries === 0 || reports.some(isLate);
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

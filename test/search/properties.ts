import type { Facts } from "./oracle.js";
import { CLI_TOKEN } from "./command.js";
import type { Ran, Reported } from "./process.js";
import type { Stage } from "./stage.js";
import { OTHER_EXECUTOR, type Thing } from "./things.js";
import { TOKEN } from "../support/teardown-world.js";
import { Violation } from "./violation.js";
import { hasHiddenNames, type World } from "./world.js";

/** One request that was sent at the last moment. */
const LAST_REQUEST_MS = 31_000;
const MINUTE = { ms: 60_000, requests: 250 } as const;
/** Of a destroy whose status is kept for a shorter time, the next run may know nothing. */
const MAX_PAUSE_MS = 60_000;
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

/** What is called destroyed is gone; what is known and lives is named, with its cost. */
function checkReport(report: Reported, { text, markdown, ended }: Ran, facts: Facts, stage: Stage): void {
    const { oracle, witness } = stage;
    const label = `droplet ${report.id} (${report.outcome}, ${report.error})`;
    const success = report.outcome === "destroyed" || report.outcome === "not-found";
    // A plan tells what would go and what would stay by itself.
    const isPlan = stage.world.surface === "command line" && report.outcome === "refused";
    if (success && facts.droplets.has(report.id)) {
        throw new Violation("success means that the droplet is gone", label);
    }
    if (ended === "well" && !success) {
        throw new Violation("a run ends as its report says", `${label}, and the run ended ${ended}`);
    }
    for (const { kind, id, name, outcome } of report.resources) {
        const isWrong = outcome !== "unknown" && (outcome === "destroyed") === facts.alive.has(id);
        // What is called anything else may have been destroyed by somebody since.
        const mayHaveGone = oracle.isShared(id) || witness.mayHaveGone(id, report.id);
        if (isWrong && (outcome === "destroyed" || (success && !mayHaveGone))) {
            throw new Violation(
                "a report tells the truth",
                `${kind} ${name} (${id}) is ${outcome}; ${label}`,
            );
        }
    }
    for (const id of witness.told.shown.get(report.id) ?? []) {
        const thing = oracle.thing(id);
        if (thing === undefined || !facts.alive.has(id)) {
            continue;
        }
        const row = report.resources.find((one) => one.id === id);
        const isBegun = report.outcome !== "refused" && report.outcome !== "failed";
        const mayBeUntold = stage.world.surface === "command line" || !isBegun;
        if (row === undefined && isTakenOver(stage.world)) {
            continue;
        }
        if (row === undefined && mayBeUntold && report.unread.includes(thing.kind)) {
            continue;
        }
        if (row === undefined) {
            throw new Violation(
                "what lives is in the report",
                `${thing.kind} ${id} (${thing.name}); ${label}`,
            );
        }
        if (row.monthlyCost === null && witness.told.priced.get(report.id)?.has(id) === true) {
            throw new Violation("what lives is in the report with its cost", `${thing.kind} ${id}; ${label}`);
        }
        for (const [where, words] of [
            ["text", text],
            ["Markdown", markdown],
        ] as const) {
            if (!isPlan && !words.includes(id) && !words.includes(thing.name)) {
                throw new Violation(`what lives is in the ${where}`, `${thing.kind} ${id}; ${label}`);
            }
        }
    }
    checkUnread(report, facts, label, stage);
    checkSum(report, label);
    const sum = report.cost.remaining;
    if (Number(sum) > 0 && !isPlan && !text.includes(`$${sum}/month`) && stage.world.ours === 1) {
        throw new Violation("every surface tells the same cost", `${sum}; ${label}: ${text}`);
    }
}

/** What is not destroyed goes on to cost what its row says. */
function checkSum({ resources, cost }: Reported, label: string): void {
    const cents = resources
        .filter(({ outcome }) => outcome !== "destroyed")
        .reduce((sum, { monthlyCost }) => sum + Math.round(Number(monthlyCost ?? "0") * 100), 0);
    if (Math.round(Number(cost.remaining) * 100) < cents) {
        throw new Violation("no total is too low", `${cost.remaining} of ${cents / 100}; ${label}`);
    }
}

/** What a Droplet has, or had at its end, is in its report, or the report says that it could not be read. */
function checkUnread(report: Reported, facts: Facts, label: string, { oracle, witness }: Stage): void {
    const has = (oracle.lastHad.get(report.id) ?? []).filter((id) => facts.alive.has(id));
    for (const thing of has.flatMap((id) => oracle.thing(id) ?? [])) {
        const isListed = report.resources.some(({ id }) => id === thing.id);
        const isHidden = thing.kind === "volume_snapshot" && witness.told.isMisled;
        const isTold = isListed || isHidden || report.unread.includes(thing.kind);
        if (!isTold && !witness.hasChangedSinceList(report.id)) {
            throw new Violation("no total hides what was not read", `${thing.kind} ${thing.id}; ${label}`);
        }
    }
}

/** After a success, what the policy destroys is gone, or hangs elsewhere, or is told to be left. */
function checkSuccess(report: Reported, facts: Facts, stage: Stage): void {
    const { oracle, witness } = stage;
    for (const id of witness.told.shown.get(report.id) ?? []) {
        const thing = oracle.thing(id);
        if (thing === undefined || !facts.alive.has(id) || oracle.wordFor(thing) !== "destroy") {
            continue;
        }
        if (hasHiddenNames(oracle.world)) {
            continue;
        }
        const row = report.resources.find((one) => one.id === id);
        // Whatever its own endpoint says, a snapshot of a volume that stays does so too.
        const follows = thing.kind === "volume_snapshot" && row?.outcome === "unknown";
        if (!(row?.outcome === "kept" || follows) || !isExcused(thing, report, facts, stage)) {
            throw new Violation(
                "success means that nothing is left which is to go",
                `${thing.kind} ${id} is ${row?.outcome} (${row?.reason}); droplet ${report.id}`,
            );
        }
    }
}

/** Where somebody has taken a Droplet over, it is left alone in silence. */
function isTakenOver({ people }: World): boolean {
    return people.some(({ what }) => ["untag", "take over", "delete tags"].includes(what.do));
}

function isExcused(thing: Thing, report: Reported, facts: Facts, { oracle, witness }: Stage): boolean {
    const isMovable = thing.kind === "volume" || thing.kind === "reserved_ip";
    if (isMovable) {
        return facts.hangsOn.get(thing.id) !== report.id;
    }
    const { executorTag, guardTag } = oracle.scene;
    // Where the engine let it go only when it was gone already, nobody can tell whose it was by its end.
    const isUnasked = executorTag !== null && !oracle.everMarked.has(report.id);
    const isAlone = guardTag !== null || isUnasked || isTakenOver(oracle.world);
    if (thing.kind === "volume_snapshot") {
        const owner = oracle.scene.things.ownerVolume.get(thing.id);
        // It follows its volume, which is somebody else's by now, or is left.
        const isForgotten = (oracle.world.settings.statusRetentionMs ?? Infinity) <= MAX_PAUSE_MS;
        const isTold = witness.told.named.get(report.id)?.has(thing.id) === true;
        const isNamed = isTold && facts.named.get(report.id)?.includes(thing.id) === true;
        return owner === undefined || facts.alive.has(owner) || !isNamed || isForgotten || isAlone;
    }
    return isAlone;
}

/** Once nothing disturbs any more, a destroy comes to its end, and another one has nothing to do. */
export function checkEnd(ran: Ran, facts: Facts, stage: Stage): void {
    const bad = ran.reports.filter(isUnfinished);
    if (ran.ended === "died" || (bad.length > 0 && !mayBeStuck(facts, stage))) {
        throw new Violation("undisturbed, it comes to an end", `${ran.ended}: ${ran.text}`);
    }
    if (ran.ended === "badly" && bad.length === 0 && !mayRefuse(facts, stage)) {
        throw new Violation("undisturbed, it succeeds", ran.text);
    }
}

/** Where the token cannot tell, or where only a retry is taken, which would not take just what is to go. */
function mayBeStuck(facts: Facts, { world, oracle, things }: Stage): boolean {
    const { settings, hiddenKinds } = world;
    if (hiddenKinds.length > 0 || settings.unknownIds === "failure") {
        return true;
    }
    const ours = things.droplets.slice(0, world.ours);
    const isRetryAll = (settings.selectiveAfterFailures ?? 202) !== 202;
    return isRetryAll && ours.some((id) => oracle.wouldRetryOther(id, facts));
}

/** What the next run goes on with. */
export function isUnfinished({ outcome }: Reported): boolean {
    return outcome === "failed" || outcome === "partial" || outcome === "in-progress";
}

/** What a stack or a command has let go of is gone. */
export function checkGone({ oracle, things, world }: Stage): void {
    const { executorTag } = oracle.scene;
    for (const [id, { tags }] of oracle.facts().droplets) {
        const isOurs = things.droplets.indexOf(id) < world.ours;
        const isLetGo =
            executorTag !== null && (tags.includes(OTHER_EXECUTOR) || !tags.includes(executorTag));
        if (isOurs && !isLetGo) {
            throw new Violation("a success leaves no droplet", String(id));
        }
    }
}

/** Whether there is any reason to refuse. */
function mayRefuse(facts: Facts, { world, oracle, things }: Stage): boolean {
    const { executorTag, guardTag } = oracle.scene;
    const ours = things.droplets.slice(0, world.ours);
    const living = ours.flatMap((id) => facts.droplets.get(id) ?? []);
    const isCopied = things.droplets.slice(world.ours + 1).some((id) => facts.droplets.has(id));
    return (
        world.hiddenKinds.length > 0 ||
        world.keepInEnvironment.length > 0 ||
        (world.surface === "command line" && world.keep.length > 0) ||
        world.state === "edited" ||
        isCopied ||
        world.people.some(({ what }) => what.do === "delete tags") ||
        world.settings.associatedList !== undefined ||
        living.some(
            ({ tags, has }) =>
                tags.includes(OTHER_EXECUTOR) ||
                (executorTag !== null && !tags.includes(executorTag)) ||
                (guardTag !== null && !tags.includes(guardTag)) ||
                has.some((id) => oracle.wordOf(id) === "prevent"),
        ) ||
        things.all().some((thing) => oracle.wordFor(thing) === "prevent")
    );
}

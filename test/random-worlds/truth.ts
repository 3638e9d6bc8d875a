import type { Facts, Oracle } from "./oracle.js";
import { findExecutor } from "./people.js";
import type { Ran, Reported } from "./process.js";
import type { Stage } from "./stage.js";
import type { Thing } from "./things.js";
import { Violation } from "./violation.js";
import { CALM_HOUR } from "./world.js";

/** Of a destroy whose status is kept for a shorter time, the next run may know nothing. */
const MAX_PAUSE_MS = 60_000;

/** What is called destroyed is gone; what is known and lives is named, with its cost. */
export function checkReport(
    report: Reported,
    { text, markdown, ended }: Ran,
    facts: Facts,
    stage: Stage,
): void {
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
        // The one that was destroyed is gone; nobody has looked since the same address was handed out to the Droplet.
        const isAnother = facts.handedOut.has(id) && witness.hasChangedSinceList(report.id);
        const isWrong =
            outcome === "destroyed"
                ? livesFor(report.id, id, facts) && !isAnother
                : outcome !== "unknown" && !facts.alive.has(id);
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
        if (thing === undefined || !livesFor(report.id, id, facts)) {
            continue;
        }
        const row = findRow(thing, report);
        const isBegun = report.outcome !== "refused" && report.outcome !== "failed";
        // A command tells what it has planned with, and a run that changes nothing, what state knew: where the kind is
        // called unread, what an earlier or half-read list has shown is in no total.
        const mayBeUntold = stage.world.surface === "command line" || !isBegun;
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

/** Whether something lives, as a report of a Droplet means it: an address that somebody else got since is another. */
function livesFor(dropletId: number, id: string, { alive, handedOut, hangsOn }: Facts): boolean {
    return alive.has(id) && (!handedOut.has(id) || hangsOn.get(id) === dropletId);
}

/** An address is the same one under every id that it has had. */
function findRow(
    { kind, id, name }: Thing,
    { resources }: Reported,
): Reported["resources"][number] | undefined {
    return resources.find(
        (one) => one.id === id || (kind === "reserved_ip" && one.kind === kind && one.name === name),
    );
}

/** What a command that changes nothing says of a Droplet and its resources: nothing that lives is called destroyed. */
export function checkClaims(report: Reported, { ended }: Ran, facts: Facts): void {
    const { id, outcome, error, resources } = report;
    const label = `droplet ${id} (${outcome}, ${error}), and the command ended ${ended}`;
    if (facts.droplets.has(id) && (outcome === "destroyed" || outcome === "not-found")) {
        throw new Violation("nothing that lives is called destroyed", label);
    }
    const wrong = resources.find((one) => one.outcome === "destroyed" && livesFor(id, one.id, facts));
    if (wrong !== undefined) {
        throw new Violation("nothing that lives is called destroyed", `${wrong.kind} ${wrong.id}; ${label}`);
    }
    checkSum(report, label);
}

/** What is not destroyed goes on to cost what its row says. */
function checkSum({ resources, cost }: Reported, label: string): void {
    const cents = resources
        .filter(({ outcome }) => outcome !== "destroyed")
        .reduce((sum, { monthlyCost }) => sum + Math.round(Number(monthlyCost ?? "0") * 100), 0);
    const told = Math.round((Number(cost.remaining) + Number(cost.managed)) * 100);
    if (told < cents) {
        throw new Violation("no total is too low", `${told / 100} of ${cents / 100}; ${label}`);
    }
}

/**
 * Once nothing disturbs any more, what a success calls remaining is what is billed a minute later, and what it says of
 * the stack's own resources is what these are billed.
 */
export function checkBill(report: Reported, facts: Facts, oracle: Oracle): void {
    const isUnpriced = report.resources.some(({ monthlyCost }) => monthlyCost === null);
    // What has moved from one Droplet to the other may have gone with that one since.
    const isUnsure = report.resources.some(({ id }) => oracle.isShared(id) && !facts.alive.has(id));
    if (isUnpriced || isUnsure || report.unread.length > 0 || facts.droplets.has(report.id)) {
        return;
    }
    // An address that was destroyed, and has been handed out elsewhere since, is billed as another one.
    const left = report.resources.filter(
        ({ id, outcome }) => outcome !== "destroyed" || livesFor(report.id, id, facts),
    );
    const isManaged = ({ id }: { readonly id: string }): boolean => {
        const thing = oracle.thing(id);
        return thing !== undefined && oracle.isManaged(thing);
    };
    const sums = {
        remaining: left.filter((one) => !isManaged(one)),
        managed: left.filter(isManaged),
    };
    for (const [name, rows] of Object.entries(sums)) {
        const billed = rows.reduce((sum, { id }) => sum + (facts.billed.get(id) ?? 0), 0);
        const told = Math.round(Number(report.cost[name as keyof typeof sums]) * 100);
        if (told !== billed) {
            throw new Violation(`what is called ${name} is billed`, `${told / 100}, ${billed / 100}`);
        }
    }
}

/** What a Droplet has, or had at its end, is in its report, or the report says that it could not be read. */
function checkUnread(report: Reported, facts: Facts, label: string, stage: Stage): void {
    const { oracle, witness } = stage;
    const has = (oracle.lastHad.get(report.id) ?? []).filter((id) => livesFor(report.id, id, facts));
    for (const thing of has.flatMap((id) => oracle.thing(id) ?? [])) {
        const isListed = findRow(thing, report) !== undefined;
        const isHidden = thing.kind === "volume_snapshot" && witness.told.isMisled;
        const isTold = isListed || isHidden || report.unread.includes(thing.kind);
        const isNew = witness.hasChangedSinceList(report.id) || witness.hasComeSinceList(thing, report.id);
        if (!isTold && !isNew) {
            throw new Violation("no total hides what was not read", `${thing.kind} ${thing.id}; ${label}`);
        }
    }
    checkLeftSnapshots(report, facts, label, stage);
}

/** What a Droplet that is gone has left is in the list of snapshots, on whichever page. */
function checkLeftSnapshots(
    report: Reported,
    facts: Facts,
    label: string,
    { oracle, witness, world }: Stage,
): void {
    const { snapshotsReadAt } = witness.told;
    // Where there are several Droplets, the list may have been read for another one since.
    const isShown = (world.settings.snapshotListDelayMs ?? 0) === 0;
    const isSure = isShown && world.ours === 1 && snapshotsReadAt >= 0;
    const isDone = report.outcome === "destroyed" || report.outcome === "not-found";
    if (!isSure || !isDone || report.error !== null || witness.hasChangedSince(snapshotsReadAt)) {
        return;
    }
    const left = oracle.scene.things
        .of("snapshot")
        .filter(({ id }) => facts.alive.has(id) && oracle.everOn.get(id)?.has(report.id) === true);
    const untold = left.find(
        (thing) => findRow(thing, report) === undefined && !report.unread.includes("snapshot"),
    );
    if (untold !== undefined) {
        throw new Violation("what a droplet left is in the report", `${untold.id}; ${label}`);
    }
}

/** After a success, what is kept hangs on the Droplet no more: its own delete would be refused. */
function checkDetached(report: Reported, facts: Facts, { witness }: Stage): void {
    const { misplaced } = witness.told;
    const attached = report.resources
        .filter(({ id, name }) => !misplaced.has(id) && !misplaced.has(name))
        .find(({ id, outcome }) => outcome === "kept" && facts.hangsOn.get(id) === report.id);
    if (attached !== undefined) {
        throw new Violation(
            "what a success keeps is free",
            `${attached.kind} ${attached.id} shows as attached to droplet ${report.id}`,
        );
    }
}

/** Whether a destroy of this process was to take it. */
function isRequested(id: string, report: Reported, { told }: Stage["witness"]): boolean {
    return told.requested.get(report.id)?.has(id) === true;
}

/** After a success, what the policy destroys is gone, or hangs elsewhere, or is told to be left. */
export function checkSuccess(report: Reported, facts: Facts, stage: Stage): void {
    checkDetached(report, facts, stage);
    const { oracle, witness } = stage;
    for (const id of witness.told.shown.get(report.id) ?? []) {
        const thing = oracle.thing(id);
        if (
            thing === undefined ||
            !livesFor(report.id, id, facts) ||
            oracle.wordFor(thing, report.id) !== "destroy"
        ) {
            continue;
        }
        const row = findRow(thing, report);
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

function isExcused(thing: Thing, report: Reported, facts: Facts, { oracle, witness }: Stage): boolean {
    const isMovable = thing.kind === "volume" || thing.kind === "reserved_ip";
    if (isMovable) {
        const on = facts.hangsOn.get(thing.id);
        // What our own destroy was to take, and is there, was not destroyed, or nobody knows.
        const isAsked = thing.kind === "reserved_ip" && isRequested(thing.id, report, witness);
        return on !== report.id && !(isAsked && on === null);
    }
    if (witness.mayHaveStayed(thing.id, report.id)) {
        return true;
    }
    // What resumes a selection by tag requires the tag of what was not begun.
    const isGuarded = oracle.isGuarded || (oracle.isResumed && oracle.scene.selectedTag !== null);
    const executorTag = findExecutor(oracle.scene, report.id);
    // Where the engine let it go only when it was gone already, nobody can tell whose it was by its end: what it left
    // may be somebody else's, and nobody is left to ask.
    const isUnasked = executorTag !== null && !oracle.everMarked.has(report.id);
    // Nor where somebody took off its tag and an earlier run left it to them, unless this one has destroyed it.
    const isLeft = oracle.everUntagged.has(report.id) && !witness.told.hasBegun(report.id);
    // Of a Droplet that is not visible any more, no policy of a file is known.
    const isUnknown = oracle.world.file !== null && !witness.told.hasBegun(report.id);
    const isAlone = isGuarded || isUnasked || isLeft || isUnknown;
    if (thing.kind === "volume_snapshot") {
        const owner = oracle.scene.things.ownerVolume.get(thing.id);
        // It follows its volume, which is somebody else's by now, or is left.
        const { statusRetentionMs = Infinity, hourlyLimit = CALM_HOUR } = oracle.world.settings;
        // A run may wait for the next hour, too.
        const isForgotten = statusRetentionMs <= MAX_PAUSE_MS || hourlyLimit < CALM_HOUR;
        const isTold = witness.told.named.get(report.id)?.has(thing.id) === true;
        const isNamed = isTold && facts.named.get(report.id)?.includes(thing.id) === true;
        return owner === undefined || facts.alive.has(owner) || !isNamed || isForgotten || isAlone;
    }
    // The Droplet went before its final snapshot was taken: what there is may be the last copy.
    const isLastCopy = oracle.world.finalSnapshot && !oracle.hasFinal(report.id, facts);
    return isAlone || isLastCopy;
}

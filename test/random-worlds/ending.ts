import type { Advice, Facts } from "./oracle.js";
import { findExecutor } from "./people.js";
import type { Ran, Reported } from "./process.js";
import type { Stage } from "./stage.js";
import { OTHER_EXECUTOR, type Thing } from "./things.js";
import { Violation } from "./violation.js";
import { CALM, isSweep, type Trouble, type World } from "./world.js";

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

/** A command that was printed is not wrong, and what it keeps by name or id is there, unless somebody has taken it. */
export function checkAdvised({ command, leaves }: Advice, { text }: Ran, facts: Facts, stage: Stage): void {
    const isWrong = text.includes("--help shows how");
    const left = leaves.flatMap((key) => stage.things.named(key) ?? []);
    // What a Droplet of the command had, and has no more while it lives, was taken off it.
    const isOff = (id: string): boolean =>
        [...facts.droplets].some(
            ([dropletId, { has }]) =>
                command.includes(` ${dropletId} `) &&
                stage.oracle.everOn.get(id)?.has(dropletId) === true &&
                !has.includes(id),
        );
    const isTaken = left.some(({ id }) => !facts.alive.has(id) || isOff(id));
    const isLost = text.includes("matches nothing") && !isTaken && !namesNothing(facts, stage);
    if (isWrong || isLost) {
        throw new Violation("what is printed can be done", `${command}: ${text}`);
    }
}

/** What leaves what failed names all of it. */
export function checkLeaves(advice: readonly Advice[], { reports }: Ran, { world }: Stage): void {
    const { leaves, surface, select } = world;
    // The errors of a stack say it one by one, and a plan is made again.
    if (!leaves || surface !== "command line" || select === "plan" || advice.length === 0) {
        return;
    }
    const left = advice.flatMap((one) => one.leaves);
    const failed = reports
        .filter(({ rounds }) => rounds > 0)
        .flatMap(({ resources }) => resources.filter(({ outcome }) => outcome === "failed"));
    const other = failed.find(({ id, name }) => !left.includes(id) && !left.includes(name));
    if (other !== undefined) {
        throw new Violation("what is printed leaves what failed", `${other.id}, and not ${left.join(", ")}`);
    }
}

/** Where the token cannot tell, or where only a retry is taken, which would not take just what is to go. */
function mayBeStuck(facts: Facts, { world, oracle, things }: Stage): boolean {
    const { settings, hiddenKinds } = world;
    if (world.finalSnapshot && (settings.snapshotResult ?? "snapshot") !== "snapshot") {
        return true;
    }
    if (hiddenKinds.length > 0 || settings.unknownIds === "failure") {
        return true;
    }
    const ours = things.droplets.filter((id) => oracle.isOurs(id));
    const isRetryAll = (settings.selectiveAfterFailures ?? 202) !== 202;
    return isRetryAll && ours.some((id) => oracle.wouldRetryOther(id, facts));
}

/** No destroy takes as long as the usual timeout, so that what has ended is not called running for ever. */
export function checkLong(timeout: string, { reports, text }: Ran): void {
    if (timeout === CALM.timeout && reports.some(({ outcome }) => outcome === "in-progress")) {
        throw new Violation("undisturbed, a destroy ends in time", text);
    }
}

/** What the next run goes on with. */
export function isUnfinished({ outcome }: Reported): boolean {
    return outcome === "failed" || outcome === "partial" || outcome === "in-progress";
}

/** Whether the command line selects what carries these tags; what is named by id or name it selects anyway. */
function isSelected(
    tags: readonly string[],
    world: World,
    { scene: { selectedTag, guardTag } }: Pick<Stage["oracle"], "scene">,
): boolean {
    const hasExpired = guardTag === null || tags.includes(guardTag);
    return (selectedTag === null || tags.includes(selectedTag)) && (!isSweep(world) || hasExpired);
}

/** What a stack or a command has let go of is gone. */
export function checkGone({ oracle, things, world }: Stage): void {
    for (const [id, { tags }] of oracle.facts().droplets) {
        const { selectedTag } = oracle.scene;
        const isOurs =
            selectedTag === null ? things.droplets.indexOf(id) < world.ours : isSelected(tags, world, oracle);
        const executorTag = findExecutor(oracle.scene, id);
        const isLetGo =
            executorTag !== null && (tags.includes(OTHER_EXECUTOR) || !tags.includes(executorTag));
        if (isOurs && !isLetGo && oracle.isChosen(id)) {
            throw new Violation("a success leaves no droplet", String(id));
        }
    }
}

/**
 * After a success, no tag of a stack's teardowns is left in the account. Where an answer to its delete was false, it is:
 * a tag is nothing that is billed, and is not asked about again.
 */
export function checkTags({ oracle, world }: Stage): void {
    const { tags, droplets } = oracle.facts();
    const isCarried = (tag: string): boolean => [...droplets.values()].some((one) => one.tags.includes(tag));
    const left = [...tags].find((tag) =>
        oracle.scene.executors.some((own) => (tag === own || tag.startsWith(`${own}:`)) && !isCarried(own)),
    );
    if (left !== undefined && !world.troubles.some(mayLeaveTag)) {
        throw new Violation("a success leaves no tag of the stack", left);
    }
}

/** Whether a tag may look deleted, or as if the token may not delete it. */
function mayLeaveTag({ to, do: fault }: Trouble): boolean {
    const isOfTag = to === "untag" || to === "tags" || to === "any";
    const isFalse = fault.kind === "answer" && [200, 201, 206, 403, 404].includes(fault.status);
    return isOfTag && (isFalse || fault.kind === "text");
}

/** Whether there is any reason to refuse, or to fail for good. */
function mayRefuse(facts: Facts, stage: Stage): boolean {
    const { world, oracle, things } = stage;
    const { guardTag } = oracle.scene;
    const now = oracle.facts();
    const ours = things.droplets.filter((id) => oracle.isOurs(id));
    const living = ours.flatMap((id) => {
        const droplet = facts.droplets.get(id);
        return droplet === undefined
            ? []
            : [{ ...droplet, own: id, executorTag: findExecutor(oracle.scene, id) }];
    });
    const isCopied = things.droplets.slice(world.ours + 1).some((id) => facts.droplets.has(id));
    return (
        // No snapshot can be taken of it, and without one it stays.
        (world.finalSnapshot && (world.settings.snapshotResult ?? "snapshot") !== "snapshot") ||
        // What cannot be read and would be destroyed refuses.
        world.hiddenKinds.length > 0 ||
        (world.settings.associatedList ?? "normal") !== "normal" ||
        // A Droplet that is gone may be another team's.
        (!world.knowsTeam && world.surface !== "command line" && ours.some((id) => !now.droplets.has(id))) ||
        namesNothing(facts, stage) ||
        oracle.isAmbiguous(facts) ||
        // Nobody has asked for it; nobody knows whose it is; what says so is gone.
        world.state === "edited" ||
        isCopied ||
        world.people.some(({ what }) => what.do === "delete tags" && what.which !== "stack") ||
        living.some(
            ({ own, tags, has, backups, executorTag }) =>
                tags.includes(OTHER_EXECUTOR) ||
                (executorTag !== null && !tags.includes(executorTag)) ||
                (guardTag !== null && !tags.includes(guardTag)) ||
                // Where snapshots are prevented, a backup in their list prevents as well.
                (oracle.world.settings.backupsListed === true && backups.length > 0) ||
                has.some((id) => oracle.wordForId(id, facts, own) === "prevent"),
        )
    );
}

/**
 * Whether an entry that is to keep one thing may name nothing: for the environment, nothing in the account, for the
 * command line, nothing of a Droplet that lives. The id of an address is known from the list of its own Droplet alone.
 */
function namesNothing({ alive, droplets }: Facts, { world, things, oracle }: Stage): boolean {
    const had = new Set(
        [...droplets]
            .filter(([id, { tags }]) => oracle.isOurs(id) && isSelected(tags, world, oracle))
            .flatMap(([, { has }]) => has),
    );
    const isNothing = (keep: readonly string[], exist: ReadonlySet<string>): boolean =>
        keep
            .filter((entry) => !/[*?]/.test(entry))
            .some((entry) => !things.all().some((one) => names(entry, one) && exist.has(one.id)));
    const names = (entry: string, { kind, id, name }: Thing): boolean =>
        entry === name || (entry === id && (kind !== "reserved_ip" || (had.has(id) && world.ours === 1)));
    // A file may have entries that match nothing.
    const isCommand = world.surface === "command line" && world.file === null;
    return isNothing(oracle.keepInEnvironment, alive) || (isCommand && isNothing(oracle.keep, had));
}

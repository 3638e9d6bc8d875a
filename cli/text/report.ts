import { describeReport, totalLines, unaccountedLines } from "../../provider/teardown/describe.js";
import { codeLine } from "../../provider/teardown/errors.js";
import { DEFAULT_TEMPLATE } from "../../provider/teardown/plan.js";
import { formatAge, printable } from "../../provider/teardown/format.js";
import { keepEntry } from "../../provider/teardown/model.js";
import { keptBy } from "../../provider/teardown/policy.js";
import { isSuccess, type Report, withOutcome } from "../../provider/teardown/report.js";
import {
    type AgeSelector,
    type DestroyInvocation,
    type DropletSelector,
    ownTerms,
    tagsToCarry,
    type Terms,
} from "../arguments/invocation.js";
import { namesOne } from "../selection/keep.js";
import type { Order } from "../selection/order.js";
import { policyOptions } from "../arguments/option-values.js";
import type { ResultEntry } from "../result.js";
import type { Colour, Paint } from "./terminal.js";

/** Reports of teardowns for people. */
export function reportText(reports: readonly Report[], paint: Paint, account: string | null): string {
    if (reports.length === 0) {
        return nothingMatches(account);
    }
    const texts = reports.map((report) => {
        const lines = [describeReport(report), ...(report.code === null ? [] : [codeLine(report.code)])];
        return coloured(lines.join("\n"), reportColour(report), paint);
    });
    return [...texts, ...totalLines(reports)].join("\n");
}

function coloured(text: string, colour: Colour, paint: Paint): string {
    const [head = "", ...rest] = text.split("\n");
    return [paint(colour, head), ...rest].join("\n");
}

function reportColour(report: Report): Colour {
    if (isSuccess(report)) {
        return "green";
    }
    return report.outcome === "in-progress" ? "yellow" : "red";
}

/** The entries that are reports of teardowns, not of plans. */
export function teardownReports(entries: readonly ResultEntry[]): Report[] {
    return entries.flatMap(({ report }) =>
        report.outcome === "planned" ? [] : [{ ...report, outcome: report.outcome }],
    );
}

/** Text for an empty result: this token sees nothing of the kind. */
export function nothingMatches(account: string | null): string {
    const team = account === null ? "" : ` (team ${account})`;
    return `no droplet that this token can see${team} matches: nothing to destroy (with --require-match this is an error)`;
}

/** What a Droplet's 404 means if no destroy of it is known: a token of another team gets 404 for everything. */
export function notVisible(account: string | null, dropletId: number): string {
    const team = account === null ? "of a team that cannot be read" : `of team ${account}`;
    const hint = dropletId < TODAYS_IDS ? ` (if ${dropletId} is its name, write name:${dropletId})` : "";
    return `not visible to this token (${team}): gone, another team's, or never there${hint}`;
}

/** Ids of Droplets have nine digits by now: a shorter number may be a name. */
const TODAYS_IDS = 100_000_000;

/** How to start this program, installed or not. */
export function commandLine(version: string, words: readonly string[]): string {
    return [`npx pulumi-droplet-teardown@${version}`, ...words].join(" ");
}

/** A command that resumes a part of a run. */
interface Resuming {
    readonly command: string;
    /** What has begun of it, or may have. */
    readonly reports: readonly Report[];
}

/**
 * Commands that resume a run: with its plan, else by id, since a tag or a name cannot find what is gone. A Droplet that
 * was selected by its tag, and of which no destroy was submitted or is running, must still carry the tag: taking it off
 * takes the Droplet out of the selection.
 */
function resumeCommands(
    version: string,
    open: readonly Report[],
    all: readonly Report[],
    order: Order,
    invocation: DestroyInvocation,
): Resuming[] {
    const { what } = invocation;
    if ("planFile" in what) {
        const command = resumeCommand(version, [`--plan ${quoted(what.planFile)}`], [], invocation);
        return [{ command, reports: open }];
    }
    const mustCarry = (report: Report): boolean => what.targets.tagName !== null && isUntouched(report);
    const [begun, rest] = [open.filter((report) => !mustCarry(report)), open.filter(mustCarry)];
    const { age } = order.targets;
    const commands = new Map<string, Report[]>();
    const byId = (reports: readonly Report[], requireTags: readonly string[]): void => {
        for (const report of reports) {
            const options = ownOptions(report, requireTags, order, invocation);
            commands.set(options, [...(commands.get(options) ?? []), report]);
        }
    };
    // What nothing was asked to destroy must also still be old enough; what may be gone, no sweep would find.
    const swept = age === null ? [] : rest.filter(({ mayHaveBegun }) => !mayHaveBegun);
    const again = age !== null && swept.length > 0 ? sweepOptions(order.targets, age, invocation) : null;
    byId(begun, order.terms.requireTags);
    byId(
        rest.filter((report) => !swept.includes(report)),
        tagsToCarry(order.targets, order.terms.requireTags),
    );
    return [
        ...[...commands].map(([options, reports]) => {
            const ids = [...reports, ...keepersBeside(reports, all, order)].map(({ dropletId }) => dropletId);
            return { command: resumeCommand(version, ids.map(String), [options], invocation), reports };
        }),
        ...(again === null
            ? []
            : [
                  {
                      command: resumeCommand(version, again, [sweepTerms(order, invocation)], invocation),
                      reports: [],
                  },
              ]),
    ];
}

/** How each command leaves what failed: it would refuse an entry that matches nothing of its own Droplets. */
function leaveLines(all: readonly Resuming[], add: string): string[] {
    return all.flatMap(({ reports }) => {
        const begun = reports.filter(({ rounds, stillRunning }) => rounds > 0 || stillRunning);
        const entries = begun.flatMap((report) => withOutcome(report, "failed")).map(keepEntry);
        const keep = entries.filter((entry) => /^[\w.:-]+$/.test(entry)).map((entry) => `--keep ${entry}`);
        const whose = all.length > 1 ? ` of ${reports.map(({ dropletId }) => dropletId).join(" ")}` : "";
        return keep.length === 0 ? [] : [`To leave what failed${whose}, ${add} ${keep.join(" ")}.`];
    });
}

/**
 * The Droplets whose resources entries of --keep name, of which the others have none: without them, the command would
 * refuse the entries, which it must keep, since what they name may be attached to the others by then.
 */
function keepersBeside(
    reports: readonly Report[],
    all: readonly Report[],
    { terms: { keep, policies } }: Order,
): readonly Report[] {
    // By a file, each has its own policy.
    const entries = policies.length > 0 ? [] : keep.filter(namesOne);
    const keeps = ({ resources }: Report, entry: string): boolean =>
        resources.some((one) => keptBy(one, [{ entry, source: "argument" }]));
    const missing = entries.filter((entry) => !reports.some((report) => keeps(report, entry)));
    return all.filter((report) => !reports.includes(report) && missing.some((entry) => keeps(report, entry)));
}

/**
 * The terms of one Droplet as options: a file would not find its policy once it is gone. Where it is not known what
 * the file keeps of it, the file says so again.
 */
function ownOptions(
    report: Report,
    requireTags: readonly string[],
    { targets, terms, selected }: Order,
    invocation: DestroyInvocation,
): string {
    if (terms.policies.length === 0 || !isSeen(report)) {
        return sweepTerms({ terms: { ...terms, requireTags } }, invocation);
    }
    const droplet = selected.find(({ id }) => id === report.dropletId)?.droplet ?? null;
    const { terms: own } = ownTerms({ targets, terms }, { id: report.dropletId, droplet });
    // Of a file's entries, those that keep something: --keep must match.
    const keeps = own.keep.filter(
        (rule) => rule.source === "argument" || report.resources.some((one) => keptBy(one, [rule])),
    );
    return termOptions({
        policy: own.policy,
        finalSnapshot: own.finalSnapshot.template,
        keep: keeps.map(({ entry }) => entry),
        // The tags of its policy are required up to its destroy.
        requireTags: isUntouched(report) ? own.requireTag : requireTags,
    }).join(" ");
}

/** Whether no destroy of it is known, so that taking off its tag may still rescue it. */
function isUntouched({ rounds, stillRunning, dropletGone }: Report): boolean {
    return rounds === 0 && !stillRunning && !dropletGone;
}

/** Whether its list was read: a run that has begun a destroy has read it, and else all that it shows may be missing. */
function isSeen({ rounds, unread }: Report): boolean {
    return rounds > 0 || !unread.includes("snapshot");
}

/** The terms of a selection: with a file, what the command line says besides. */
function sweepTerms({ terms }: Pick<Order, "terms">, { config }: DestroyInvocation): string {
    if (config === null) {
        return termOptions(terms).join(" ");
    }
    return [
        `--config ${quoted(config.path)}`,
        ...termOptions(terms).filter((option) => config.policyGiven || !option.startsWith("--policy")),
    ].join(" ");
}

function sweepOptions(
    { tagName }: DropletSelector,
    { expired, olderThanMs, includeStacks }: AgeSelector,
    { consent: { maxDroplets } }: DestroyInvocation,
): string[] {
    return [
        `--tag-name ${quoted(tagName ?? "")}`,
        ...(expired ? ["--expired"] : []),
        ...(olderThanMs === null ? [] : [`--older-than ${formatAge(olderThanMs)}`]),
        ...(includeStacks ? ["--include-stacks"] : []),
        ...(maxDroplets === null ? [] : [`--max-droplets ${maxDroplets}`]),
    ];
}

function resumeCommand(
    version: string,
    targets: readonly string[],
    terms: readonly string[],
    { consent, guards }: DestroyInvocation,
): string {
    return commandLine(version, [
        ...["destroy", ...targets, ...(consent.yes ? ["--yes"] : []), ...terms],
        ...(guards.account === null ? [] : [`--account ${quoted(guards.account)}`]),
        ...(guards.requireMatch ? ["--require-match"] : []),
    ]);
}

function termOptions(terms: Omit<Terms, "policies">): string[] {
    return [
        policyOptions(terms.policy),
        ...terms.keep.map((entry) => `--keep ${quoted(entry)}`),
        ...terms.requireTags.map((tag) => `--require-tag ${quoted(tag)}`),
        ...finalSnapshotOption(terms),
    ];
}

function finalSnapshotOption({ finalSnapshot }: Pick<Terms, "finalSnapshot">): string[] {
    switch (finalSnapshot) {
        case null:
            return [];
        case DEFAULT_TEMPLATE:
            return ["--final-snapshot"];
        default:
            return [`--final-snapshot=${quoted(finalSnapshot)}`];
    }
}

/** What to do next if a teardown did not succeed; empty if there is nothing to do. */
export function destroyAdvice(
    version: string,
    reports: readonly Report[],
    order: Order,
    invocation: DestroyInvocation,
): string[] {
    const open = reports.filter(({ outcome }) => ["in-progress", "partial", "failed"].includes(outcome));
    if (open.length === 0) {
        return [];
    }
    const resuming = resumeCommands(version, open, reports, order, invocation);
    const [how, leave] =
        "planFile" in invocation.what ? ["with the plan", "plan again with"] : ["by id", "add"];
    return [
        ...unaccountedLines(open, "resume"),
        `Resume ${how}; it attaches to what is running and destroys nothing twice:`,
        ...resuming.map(({ command }) => `  ${command}`),
        ...leaveLines(resuming, leave),
    ];
}

/** What to do next after showing a destroy's status. */
export function statusAdvice(version: string, report: Report): string[] {
    const { outcome, dropletId } = report;
    switch (outcome) {
        case "in-progress":
            return ["Wait for it:", `  ${commandLine(version, [`status ${dropletId} --wait`])}`];
        case "partial": {
            // What its destroy does not name was to stay.
            const keep = withOutcome(report, "kept").map((one) => `--keep ${quoted(keepEntry(one))}`);
            return [
                "Destroy what is left, under the policy that it should have:",
                `  ${commandLine(version, [`destroy ${dropletId} --policy destroy`, ...keep])}`,
            ];
        }
        case "destroyed":
        case "not-found":
        case "refused":
        case "failed":
            return [];
    }
}

/** A word of a shell command line. */
function quoted(text: string): string {
    const shown = printable(text);
    return /^[\w.:/@%+=-]+$/.test(shown) ? shown : `'${shown.replaceAll("'", "'\\''")}'`;
}

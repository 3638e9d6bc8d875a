import { DEFAULT_TEMPLATE } from "../provider/teardown/final-snapshot.js";
import { type Report, withOutcome } from "../provider/teardown/report.js";
import { printable } from "../provider/teardown/format.js";
import type { Terms } from "./invocation.js";
import { policyOptions } from "./option-values.js";

/** How to start this program, installed or not. */
export function commandLine(version: string, words: readonly string[]): string {
    return [`npx pulumi-droplet-teardown@${version}`, ...words].join(" ");
}

/** The command that destroys Droplets on the same terms, by id: a tag or a name cannot find what is gone. */
export function destroyCommand(version: string, ids: readonly number[], terms: Terms): string {
    return commandLine(version, [
        `destroy ${ids.join(" ")} --yes`,
        policyOptions(terms.policy),
        ...terms.keep.map((entry) => `--keep ${quoted(entry)}`),
        ...terms.requireTags.map((tag) => `--require-tag ${quoted(tag)}`),
        ...finalSnapshotOption(terms),
    ]);
}

function finalSnapshotOption({ finalSnapshot }: Terms): string[] {
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
export function destroyAdvice(version: string, reports: readonly Report[], terms: Terms): string[] {
    const open = reports.filter(({ outcome }) => ["in-progress", "partial", "failed"].includes(outcome));
    if (open.length === 0) {
        return [];
    }
    const failed = open.flatMap((report) => withOutcome(report, "failed"));
    const safe = failed.map(({ id }) => id).filter((id) => /^[\w.:-]+$/.test(id));
    const command = destroyCommand(
        version,
        open.map(({ dropletId }) => dropletId),
        terms,
    );
    return [
        "Resume by id; it attaches to what is running and destroys nothing twice:",
        `  ${command}`,
        ...(safe.length === 0
            ? []
            : [`To leave what failed, add ${safe.map((id) => `--keep ${id}`).join(" ")}.`]),
    ];
}

/** What to do next after showing a destroy's status. */
export function statusAdvice(version: string, { outcome, dropletId }: Report): string[] {
    switch (outcome) {
        case "in-progress":
            return ["Wait for it:", `  ${commandLine(version, [`status ${dropletId} --wait`])}`];
        case "partial":
            return [
                "Destroy what is left, under the policy that it should have:",
                `  ${commandLine(version, [`destroy ${dropletId} --policy destroy`])}`,
            ];
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

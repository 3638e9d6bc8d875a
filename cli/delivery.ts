import { redactTokens } from "../provider/digitalocean/redact.js";
import type { Span } from "../provider/polling/clock.js";
import { PUBLIC_ENDPOINT } from "../provider/digitalocean/connection.js";
import { addMoney, kindLabel } from "../provider/teardown/format.js";
import { dollars, jsonText, reportJson } from "../provider/teardown/report-json.js";
import { code, reportMarkdown } from "../provider/teardown/report-markdown.js";
import { ageText } from "./age-text.js";
import type { CommandResult } from "./context.js";
import type { Orphan } from "./orphan.js";
import { orphansNotes, orphansTotal, type OrphanList } from "./orphan-list.js";
import { redactorOf } from "./redaction.js";
import type { Session } from "./session.js";
import type { Runtime } from "./runtime.js";

/** Beyond this many, they are only counted. */
const MAX_LATE_ARRIVALS = 100;

/** A run, as reported. */
export interface Run {
    readonly outcome: CommandResult;
    /** Null if it was not opened. */
    readonly session: Session | null;
    /** From the start of the run until now. */
    readonly span: () => Span;
}

function jsonOf({ outcome, session, span }: Run, { version }: Runtime): object {
    const frame = {
        version,
        endpoint: session?.endpoint.base ?? PUBLIC_ENDPOINT,
        account: outcome.account,
        planDigest: outcome.planDigest,
        ...span(),
        requests: session?.requests() ?? 0,
        error: outcome.error === null ? null : messageOf(outcome.error),
    };
    const report = reportJson(
        frame,
        outcome.entries.map((entry) => entry.report),
    );
    return outcome.orphans === null ? report : { ...report, ...orphansJson(outcome.orphans) };
}

/** The JSON report of a run as text. */
export function jsonReportText(run: Run, runtime: Runtime): string {
    return `${jsonText(jsonOf(run, runtime), redactorOf(runtime), 2)}\n`;
}

/** The Markdown summary of a run. */
export function summaryOf(run: Run, runtime: Runtime): string {
    return redactorOf(runtime)(summaryText(run));
}

function summaryText({ outcome }: Run): string {
    const error = outcome.error === null ? null : messageOf(outcome.error);
    if (outcome.orphans !== null) {
        return orphansMarkdown(outcome.orphans);
    }
    const report = reportMarkdown(
        outcome.entries.map((entry) => entry.report),
        error,
    );
    return report + lateArrivalsMarkdown(outcome.lateArrivals) + adviceMarkdown(outcome.advice);
}

function adviceMarkdown(advice: CommandResult["advice"]): string {
    const lines = advice.map((line) => (line.startsWith(" ") ? code(line) : line));
    return lines.length === 0 ? "" : `${lines.join("\n\n")}\n\n`;
}

function lateArrivalsMarkdown(lateArrivals: CommandResult["lateArrivals"]): string {
    const items = lateArrivals.slice(0, MAX_LATE_ARRIVALS).map(({ id, name }) => `- ${code(name)} (${id})`);
    const others = lateArrivals.length - items.length;
    const more = others === 0 ? [] : [`- and ${others} more`];
    return lateArrivals.length === 0
        ? ""
        : `Left alone, because the plan did not have them:\n\n${[...items, ...more].join("\n")}\n\n`;
}

/** An error's message for people, redacted. */
export function messageOf(error: unknown): string {
    return redactTokens(error instanceof Error ? error.message : String(error));
}

function orphansJson({ listed, younger, ageless, kept, unread }: OrphanList): object {
    const remaining = addMoney(listed.map(({ monthlyCost }) => monthlyCost));
    return {
        orphans: listed.map(orphanJson),
        leftOut: { younger, ageless, kept },
        unread,
        cost: { destroyed: addMoney([]), remaining },
    };
}

function orphanJson({ kind, id, name, createdAt, monthlyCost, deleteCommand }: Orphan): object {
    return { kind, id, name, createdAt, monthlyCost: dollars(monthlyCost), deleteCommand };
}

function orphansMarkdown(list: OrphanList): string {
    const rows = list.listed.map(({ kind, id, name, ageMs, monthlyCost }) => {
        const cost = monthlyCost === null ? "unknown" : `$${addMoney([monthlyCost])}`;
        return `| ${kindLabel(kind)} | ${code(name || id)} | ${code(id)} | ${ageText(ageMs)} | ${cost} |`;
    });
    const table = ["| kind | name | id | age | a month |", "|---|---|---|---|---|", ...rows].join("\n");
    const parts = [...(rows.length === 0 ? [] : [table]), orphansTotal(list), ...orphansNotes(list)];
    return ["### Droplet orphans", ...parts].join("\n\n").concat("\n\n");
}

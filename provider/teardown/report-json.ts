import { addMoney } from "./money.js";
import { costOf, type Outcome, type Report } from "./report.js";

/** Raised when a field changes its meaning or goes; new fields do not raise it. */
export const REPORT_VERSION = 1;

/** A report of the command line may also be about what has not been asked for yet. */
export type ReportedOutcome = Outcome | "planned";

export interface DropletReport extends Omit<Report, "outcome"> {
    readonly outcome: ReportedOutcome;
}

/** What stands around the Droplets of a report. */
export interface ReportFrame {
    /** This package's version. */
    readonly version: string;
    /** Base URL of the API. */
    readonly endpoint: string;
    /** Id of the account; null where it is not known. */
    readonly account: string | null;
    /** Digest of the saved plan that was made or carried out. */
    readonly planDigest: string | null;
    readonly startedAtMs: number;
    readonly finishedAtMs: number;
    /** All requests, those about no Droplet in particular included. */
    readonly requests: number;
    /** What ended the whole run, or kept it from beginning; null where nothing did. */
    readonly error: string | null;
}

/** The JSON report of design section 10; `schema/report.schema.json` describes it. */
export function reportJson(frame: ReportFrame, droplets: readonly DropletReport[]): object {
    return {
        version: REPORT_VERSION,
        tool: `pulumi-droplet-teardown ${frame.version}`,
        endpoint: frame.endpoint,
        account: frame.account,
        planDigest: frame.planDigest,
        startedAt: isoDate(frame.startedAtMs),
        finishedAt: isoDate(frame.finishedAtMs),
        requests: frame.requests,
        error: frame.error,
        droplets: droplets.map(dropletJson),
        cost: costOf(droplets),
    };
}

function dropletJson(report: DropletReport): object {
    return {
        id: report.dropletId,
        name: report.dropletName,
        outcome: report.outcome,
        monthlyCost: dollars(report.dropletMonthlyPrice),
        destroyedAt: report.destroyedAt === null ? null : isoDate(Date.parse(report.destroyedAt)),
        rounds: report.rounds,
        error: report.error,
        requestIds: report.requestIds,
        resources: report.resources.map(({ kind, id, name, outcome, reason, monthlyCost }) => ({
            kind,
            id,
            name,
            outcome,
            reason,
            monthlyCost: dollars(monthlyCost),
        })),
        unread: report.unread,
        cost: costOf([report]),
    };
}

/**
 * JSON text that is safe on a terminal: what could move a cursor or turn text around is escaped.
 * @param redact takes secrets out of each of its texts
 */
export function jsonText(value: object, redact: (text: string) => string, indent = 0): string {
    const clean = (_: string, part: unknown): unknown => (typeof part === "string" ? redact(part) : part);
    return JSON.stringify(value, clean, indent).replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, (character) =>
        // Between the tokens, where no escape may stand, JSON text has no other control character.
        character === "\n" ? character : escaped(character),
    );
}

function escaped(character: string): string {
    return [...Array(character.length).keys()]
        .map((index) => `\\u${character.charCodeAt(index).toString(16).padStart(4, "0")}`)
        .join("");
}

/** With at least two digits after the point, however the API writes it. */
export function dollars(amount: string | null): string | null {
    return amount === null ? null : addMoney([amount]);
}

function isoDate(ms: number): string {
    return new Date(ms).toISOString();
}

import type { ErrorCode } from "./errors.js";
import { addMoney } from "./format.js";
import { type DropletReport, rowLabel, sumCost } from "./report.js";

/** Raised when a field is removed or changes its meaning; new fields do not raise it. */
const REPORT_VERSION = 1;

/** Report data about the run as a whole. */
interface ReportFrame {
    /** This package's version. */
    readonly version: string;
    /** Base URL of the API. */
    readonly endpoint: string;
    /** Id of the account; null if unknown. */
    readonly account: string | null;
    /** Digest of the saved plan that was written or executed. */
    readonly planDigest: string | null;
    readonly startedAtMs: number;
    readonly finishedAtMs: number;
    /** All requests, including those not about a particular Droplet. */
    readonly requests: number;
    /** The error that ended the run or prevented it; null if there is none. */
    readonly error: string | null;
    /** The same for programs. */
    readonly code: ErrorCode | null;
}

/** The JSON report, as described by `schema/report.schema.json`. */
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
        code: frame.code,
        droplets: droplets.map(dropletJson),
        cost: costJson(droplets),
    };
}

function costJson(droplets: readonly DropletReport[]): object {
    const { destroyed, remaining, managed, unpriced, unknown } = sumCost(droplets);
    return {
        destroyed: addMoney(destroyed),
        remaining: addMoney(remaining),
        managed: addMoney(managed),
        unpriced: [...unpriced.map(rowLabel), ...unknown],
    };
}

function dropletJson(report: DropletReport): object {
    return {
        id: report.dropletId,
        name: report.dropletName,
        outcome: report.outcome,
        monthlyCost: dollars(report.dropletMonthlyPrice),
        expiresAt: report.expiresAt,
        destroyedAt: report.destroyedAt === null ? null : isoDate(Date.parse(report.destroyedAt)),
        rounds: report.rounds,
        error: report.error,
        code: report.code,
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
        unmatchedKeep: report.unmatchedKeep,
        cost: costJson([report]),
    };
}

/**
 * JSON text that is safe on a terminal: characters that move the cursor or reverse text are escaped.
 * @param redact removes secrets from each string
 */
export function jsonText(value: object, redact: (text: string) => string, indent = 0): string {
    const clean = (_: string, part: unknown): unknown => (typeof part === "string" ? redact(part) : part);
    return JSON.stringify(value, clean, indent).replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, (character) =>
        // Between tokens, where escapes are not allowed, JSON text has no other control characters.
        character === "\n" ? character : escaped(character),
    );
}

function escaped(character: string): string {
    return [...Array(character.length).keys()]
        .map((index) => `\\u${character.charCodeAt(index).toString(16).padStart(4, "0")}`)
        .join("");
}

/** At least two decimal places, however the API writes the amount. */
export function dollars(amount: string | null): string | null {
    return amount === null ? null : addMoney([amount]);
}

function isoDate(ms: number): string {
    return new Date(ms).toISOString();
}

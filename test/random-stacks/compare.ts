import type { Call } from "./calls.js";
import type { Operation } from "./engine/options.js";
import type { InState, Ran } from "./stack.js";

/** What is different each time, or depends on what happens to come first. */
const VOLATILE = new Set([
    ...["recordedAt", "replacedAt", "createdAt", "ipv4Address", "ipv4AddressPrivate", "__defaults"],
    ...["inventory", "monthlyCost", "dropletIds", "volumeIds"],
    // The model has one of its own, which changes with the same arguments.
    "argumentsDigest",
]);

/** How two runs of one operation differ; none: they are the same. */
export function runDifferences(operation: Operation, model: Ran, real: Ran): string[] {
    const isWhole = model.ended === "well" && real.ended === "well";
    // What depends on a target is asked for in any order, and the answers decide nothing here.
    const isSame = ({ method }: Call): boolean => operation !== "destroy" || method !== "diff";
    return [
        ...(model.ended === real.ended ? [] : [`model: ended ${model.ended}`, `real:  ended ${real.ended}`]),
        ...callDifferences(model.calls.filter(isSame), real.calls.filter(isSame), isWhole),
    ];
}

/** How two states differ in what they have. */
export function stateDifferences(model: readonly InState[], real: readonly InState[]): string[] {
    const names = (state: readonly InState[]): string[] =>
        state
            .filter(({ type }) => !type.startsWith("pulumi:"))
            .map((one) => `${one.urn}${one.delete ? ", to be deleted" : ""}`);
    const [ours, theirs] = [names(model), names(real)];
    return [
        ...ours.filter((name) => !theirs.includes(name)).map((name) => `only in the model's state: ${name}`),
        ...theirs.filter((name) => !ours.includes(name)).map((name) => `only in the real state: ${name}`),
    ];
}

/**
 * Calls that come too early, whoever made them: what is registered needs what it depends on first, and is deleted
 * before it.
 */
export function orderProblems(calls: readonly Call[], resources: readonly InState[]): string[] {
    const needs = new Map(resources.map(({ urn, dependencies }) => [urn, dependencies]));
    return calls.flatMap((call, index) => {
        const isDelete = call.method === "delete";
        const later = calls.slice(index + 1).filter(({ urn, method }) => {
            const [from, to] = isDelete ? [urn, call.urn] : [call.urn, urn];
            const isMade = isDelete ? method === "delete" : method === "create" || method === "update";
            return isMade && needs.get(from)?.includes(to) === true;
        });
        // A replacement that deletes first asks what would change with it before anything is registered.
        const isAsked = call.method === "read" || call.method === "diff";
        return isAsked ? [] : later.map((one) => `${one.urn} comes after ${call.urn}`);
    });
}

/**
 * How the calls of two runs differ; none: they are the same. Calls about one resource come in the same order. What is
 * done about different ones at a time comes in any order.
 * @param isWhole nothing has cut the runs short: else one may have come further than the other with what went on beside
 */
function callDifferences(model: readonly Call[], real: readonly Call[], isWhole: boolean): string[] {
    const urns = [...new Set([...model, ...real].map(({ urn }) => urn))].sort();
    const of = (calls: readonly Call[], urn: string): Call[] => calls.filter((call) => call.urn === urn);
    const [ours, theirs]: [Call[], Call[]] = [[], []];
    for (const urn of urns) {
        const [mine, other] = [of(model, urn), of(real, urn)];
        const both = isWhole ? Infinity : Math.min(mine.length, other.length);
        ours.push(...mine.slice(0, both));
        theirs.push(...other.slice(0, both));
    }
    const [left, right] = [lines(ours, isWhole), lines(theirs, isWhole)];
    return Array.from({ length: Math.max(left.length, right.length) }, (_, index) => index)
        .filter((index) => left[index] !== right[index])
        .map((index) => `model: ${left[index] ?? "-"}\nreal:  ${right[index] ?? "-"}`);
}

/** One line for each call; ids and random names are numbered as they appear. */
function lines(calls: readonly Call[], isWhole: boolean): string[] {
    const all = calls.map(({ method, urn, id, props, answer }) => {
        const answered = answer === null ? "failed" : stable(answer);
        return [method, urn, isOwn(urn) ? "" : id, stable(props), ...(isWhole ? [answered] : [])].join(" ");
    });
    return numbered(all.join("\n")).split("\n");
}

/** Its ids mean nothing. */
function isOwn(urn: string): boolean {
    return urn.includes("pulumi-nodejs:dynamic/droplet-teardown:");
}

function stable(value: unknown): string {
    return JSON.stringify(value, (key, one: unknown) => {
        if (VOLATILE.has(key)) {
            return undefined;
        }
        return typeof one === "object" && one !== null && !Array.isArray(one)
            ? Object.fromEntries(Object.entries(one).sort(([a], [b]) => (a < b ? -1 : 1)))
            : one;
    });
}

const RANDOM = [
    /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g,
    /(?<=teardown-)[0-9a-f]{16}/g,
    /(?<=teardown-until-)\d{10}/g,
    /(?<=-)[0-9a-f]{7}(?=")/g,
    /\b412\d{6}\b/g,
    /\b161\d{6}\b/g,
    /\b198\.19\.\d+\.\d+\b/g,
];

function numbered(text: string): string {
    return RANDOM.reduce((rest, pattern) => {
        const seen: string[] = [];
        return rest.replaceAll(pattern, (found) => {
            if (!seen.includes(found)) {
                seen.push(found);
            }
            return `<${seen.indexOf(found)}>`;
        });
    }, text);
}

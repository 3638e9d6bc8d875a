import type { Ran, Reported } from "./process.js";
import { setStage, type Stage } from "./stage.js";
import { Violation } from "./violation.js";
import { CALM, CALM_HOUR, type Run, type World } from "./world.js";

const UNDISTURBED: Run = { does: "destroy", dies: null, pauseMs: 0 };
/** In the middle of a destroy, which takes some seconds, or before it. */
const TOO_SHORT = "5s";

const FINAL = /-final-[0-9a-f]+$/;

/** The text of a report, from its headline to what remains. */
const REPORT = /^droplet .*: destroyed$(?:\n.*)*?\n.*(?:emaining cost|Still accruing).*$/gm;

/**
 * A destroy that finishes what an earlier process has begun reports what a single one reports in the same world.
 * Nobody else does anything in it, and no answer is out of the ordinary.
 */
export async function checkResumed(world: World): Promise<void> {
    // Of what the token cannot read, the second process learns less from a status.
    if (world.hiddenKinds.length > 0) {
        return;
    }
    const calm = undisturbed(world);
    const single = await (await setStage(calm)).run(UNDISTURBED);
    if (single.ended !== "well") {
        return;
    }
    const stage = await setStage(calm);
    const begun = await stage.run(interrupted(world));
    if (begun.ended === "well") {
        return;
    }
    const resumed = await stage.run(UNDISTURBED);
    if (resumed.ended === "well") {
        compare(single, resumed, stage);
    }
}

function undisturbed(world: World): World {
    const { settings } = world;
    return {
        ...world,
        // Of what an earlier attempt took, the status of the next one says nothing.
        ...{ people: [], troubles: [], stubborn: [], timeout: CALM.timeout },
        settings: {
            ...settings,
            // A status that shows late, is forgotten or never was, since the Droplet was deleted alone, tells it nothing.
            ...{ statusRetentionMs: 3_600_000, statusDelayMs: 0, emptySelective: 202 },
            // Nor does a list that lags.
            snapshotListDelayMs: 0,
            tagListDelayMs: 0,
            hourlyLimit: CALM_HOUR,
        },
    };
}

/** The world's own process that dies during a destroy, or one whose time is too short. */
function interrupted({ runs }: World): Run {
    const dies = runs.map((run) => (run.does === "destroy" ? run.dies : null)).find((one) => one !== null);
    return dies === undefined ? { ...UNDISTURBED, timeout: TOO_SHORT } : { ...UNDISTURBED, dies };
}

/** Of a Droplet whose list it cannot read, because it is gone, the second process knows less, and says so. */
function compare(single: Ran, resumed: Ran, { witness: { told } }: Stage): void {
    const pairs = resumed.reports.flatMap((second) => {
        const first = single.reports.find(({ id }) => id === second.id);
        return first === undefined || !told.listed.has(second.id) ? [] : [{ first, second }];
    });
    // The numbers of several final snapshots are in the order in which they are taken.
    const isAlone = single.reports.length === 1;
    let isAllKnown = pairs.length === single.reports.length;
    for (const { first, second } of pairs) {
        const what = `droplet ${second.id}`;
        const shown = told.shown.get(second.id) ?? new Set();
        const prices = told.priced.get(second.id) ?? new Set();
        const became = ({ resources, ...report }: Reported): object =>
            destroyed(
                {
                    ...report,
                    resources: resources.filter(
                        ({ id, name }) => shown.has(id) && (isAlone || !FINAL.test(name)),
                    ),
                },
                prices,
            );
        requireSame(became(first), became(second), what);
        // What the first process has taken before, with its price and what it left behind, is in no list any more.
        const isWhole = first.resources.every(
            ({ id, monthlyCost }) =>
                told.listed.get(second.id)?.has(id) === true && monthlyCost !== null && prices.has(id),
        );
        // A second process whose plan still saw the Droplet, and whose destroy did not, says what it could not read.
        const cameLate =
            second.unread.length > first.unread.length &&
            Number(second.cost.destroyed) < Number(first.cost.destroyed);
        if (isWhole && !cameLate) {
            requireSame([first.unread, first.cost], [second.unread, second.cost], what);
        }
        isAllKnown &&= isWhole && !cameLate;
    }
    if (isAllKnown) {
        requireSame(sentences(single.text), sentences(resumed.text), "text");
        requireSame(tables(single.markdown), tables(resumed.markdown), "Markdown");
    }
}

/** What became of a Droplet and its resources; their prices, as far as the second process was told them. */
function destroyed({ outcome, error, resources }: Reported, prices: ReadonlySet<string>): object {
    const rows = resources.map(({ kind, id, name, outcome, reason, monthlyCost }) =>
        [kind, id, name, outcome, withoutAge(reason ?? ""), prices.has(id) ? monthlyCost : null].join(" "),
    );
    return { outcome, error, rows: rows.sort() };
}

function requireSame(first: unknown, second: unknown, what: string): void {
    const [one, other] = [JSON.stringify(first), JSON.stringify(second)];
    if (one !== other) {
        throw new Violation("a resumed success reads like a first one", `${what}: ${one} / ${other}`);
    }
}

/** A final snapshot says how long before the destroy it was taken. */
function withoutAge(text: string): string {
    return text.replace(/, taken .*? before this destroy/g, "");
}

/** What each report says, in any order: neither announcements, nor what went on meanwhile, nor attempts and times. */
function sentences(text: string): string[] {
    return [...text.matchAll(REPORT)]
        .flatMap(([report]) => report.split("\n"))
        .map((line) => withoutAge(line.replace(/^\d+ attempts? in [\dms ]+\. /, "")).replace(/\s+/g, " "))
        .sort();
}

/** Rows, and Droplets that are destroyed side by side, are in the order in which they became known. */
function tables(markdown: string): string[] {
    return withoutAge(markdown).split("\n").sort();
}

import { finalSnapshotName } from "../../provider/teardown/plan.js";
import { type Context, inTime } from "../context.js";
import { createScreen } from "../text/display.js";
import { ownTerms, type Wanted } from "../arguments/invocation.js";
import { expectedAccount, findPlanned, type Order } from "../selection/order.js";
import type { SelectedDroplet } from "../selection/selection.js";
import { type Assessment, survey, type Survey, type SurveyTerms } from "../selection/survey.js";

const MAX_CONCURRENT_SURVEYS = 8;
/** A survey of this few takes no time. */
const MAX_IN_SILENCE = 5;

/** Surveys every target, each within the deadline. */
export async function surveyAll(
    targets: readonly SelectedDroplet[],
    wanted: Wanted & Pick<Order, "saved">,
    context: Context,
): Promise<Survey[]> {
    const { api } = context.session.client();
    const { runtime } = context;
    const screen = createScreen(runtime.stderr, runtime.clock);
    let looked = 0;
    const tell = (): void => {
        const text = `looked at ${looked}/${targets.length} droplets`;
        if (targets.length > MAX_IN_SILENCE) {
            screen.show(
                () => [text],
                () => text,
            );
        }
    };
    const one = async (target: SelectedDroplet): Promise<Survey> => {
        const { title, terms: own } = ownTerms(wanted, target);
        const recorded = findPlanned(wanted, target.id) ?? [];
        const terms = { ...own, account: expectedAccount(wanted), approved: null, recorded };
        const found = await inTime(context, (signal) => survey(target, terms, api, signal));
        looked += 1;
        tell();
        const name = snapshotName(found, terms, context.session.serverNow() ?? runtime.clock.now());
        return { ...found, finalSnapshot: name, policyTitle: title };
    };
    tell();
    return mapBounded(targets, MAX_CONCURRENT_SURVEYS, one).finally(() => screen.clear());
}

function snapshotName(
    { state, droplet }: Assessment,
    { finalSnapshot: { template, suffix } }: SurveyTerms,
    nowMs: number,
): string | null {
    const takes = state === "ready" && droplet !== null && template !== null;
    return takes ? finalSnapshotName(template, suffix, droplet.name, nowMs) : null;
}

/** Runs work for each item with limited concurrency; results are in the items' order. The first error ends it. */
export async function mapBounded<Item, Result>(
    items: readonly Item[],
    limit: number,
    work: (item: Item) => Promise<Result>,
): Promise<Result[]> {
    const results: Result[] = new Array<Result>(items.length);
    const queue = items.entries();
    const worker = async (): Promise<void> => {
        for (const [index, item] of queue) {
            results[index] = await work(item);
        }
    };
    await Promise.all(Array.from({ length: Math.min(limit, items.length) }, worker));
    return results;
}

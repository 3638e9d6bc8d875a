import { addMoney, monthly } from "../../provider/teardown/money.js";
import { columns, count, kindLabel, resourceLabel } from "../../provider/teardown/wording.js";
import { ageText } from "../age-text.js";
import { NO_OUTCOME, type Context, type Outcome } from "../context.js";
import type { OrphansInvocation } from "../invocation.js";
import { findOrphans, type Orphan } from "../orphan.js";
import { inTime } from "./surveys.js";

/** Lists what belongs to no Droplet any more. Changes nothing. */
export async function orphans(invocation: OrphansInvocation, context: Context): Promise<Outcome> {
    const { session, surroundings } = context;
    const { api } = session.client();
    const { account, all } = await inTime(invocation.limits, context, async (signal) => {
        const account = await session.account(signal);
        return { account, all: await findOrphans(session.catalog, api, surroundings.clock.now(), signal) };
    });
    const { olderThanMs } = invocation;
    const listed = all.filter(({ ageMs }) => olderThanMs === null || (ageMs !== null && ageMs > olderThanMs));
    const ageless = olderThanMs === null ? 0 : all.filter(({ ageMs }) => ageMs === null).length;
    return { ...NO_OUTCOME, account, orphans: listed, text: orphansText(listed, ageless) };
}

function orphansText(orphans: readonly Orphan[], ageless: number): string {
    const left =
        ageless === 0
            ? []
            : [
                  `${ageless} left out, because the API does not tell how old ${ageless === 1 ? "it is" : "they are"}.`,
              ];
    if (orphans.length === 0) {
        return ["no orphans: everything belongs to a droplet", ...left].join("\n");
    }
    const rows = orphans.map((orphan) => [
        kindLabel(orphan.kind),
        resourceLabel(orphan),
        ageText(orphan.ageMs),
        monthly(orphan.monthlyCost),
        orphan.deleteCommand ?? "",
    ]);
    const total = addMoney(orphans.map(({ monthlyCost }) => monthlyCost));
    return [...columns(rows), `${count(orphans.length, "orphan")}, $${total}/month.`, ...left].join("\n");
}

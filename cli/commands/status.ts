import { beginSpan } from "../../provider/polling/clock.js";
import { Hazard, type Looks, nextLookAtMs } from "../../provider/polling/interval.js";
import {
    composeReport,
    type Outcome as DropletOutcome,
    type Report,
    type Totals,
} from "../../provider/teardown/report.js";
import { withDeadline } from "../../provider/teardown/deadline.js";
import { isInterruption } from "../../provider/teardown/errors.js";
import { Ledger } from "../../provider/teardown/ledger.js";
import { progressLine } from "../../provider/teardown/narrate.js";
import type { DropletApi } from "../../provider/teardown/ports.js";
import {
    type AssociatedResource,
    type DestroyStatus,
    type Droplet,
    endedWell,
    leftIn,
    RESOURCE_KINDS,
    type ResourceKind,
} from "../../provider/teardown/model.js";
import type { Client } from "../../provider/fleet/pool.js";
import { EMPTY_RESULT, type Context, type CommandResult } from "../context.js";
import { createDisplay, type Display } from "../display.js";
import type { StatusInvocation } from "../invocation.js";
import { refuseOtherAccount } from "../account-guard.js";
import { reportText, teardownReports } from "../report-text.js";
import { statusAdvice } from "../resume.js";
import { has } from "../../provider/teardown/guards.js";
import { withReason } from "../unreached.js";
import { notVisible } from "../visibility.js";

/** The last observation of a Droplet and its destroy. */
interface Sight {
    readonly droplet: Droplet | null;
    readonly status: DestroyStatus;
    readonly recorded: readonly AssociatedResource[];
    /** Kinds that could not be read. */
    readonly unread: readonly ResourceKind[];
}

const UNSEEN: Sight = { droplet: null, status: { state: "none" }, recorded: [], unread: [] };

/** Shows a Droplet's destroy as DigitalOcean reports it, at once or when finished. Changes nothing. */
export async function status(invocation: StatusInvocation, context: Context): Promise<CommandResult> {
    const { session, runtime } = context;
    const { clock, interrupt, stderr } = runtime;
    const client = session.client();
    const span = beginSpan(clock);
    const display = createDisplay(stderr, clock, new Map([[invocation.dropletId, null]]));
    const watch = new Watch(invocation, client, context, display);
    let cause: unknown = null;
    try {
        await withDeadline(clock, invocation.limits.timeoutMs, interrupt, (signal) => watch.run(signal));
    } catch (error) {
        if (!isInterruption(error) || watch.sight === null) {
            throw error;
        }
        cause = error;
    } finally {
        display.close();
    }
    const { account, sight } = watch;
    const totals = { ...client.traffic, ...span() };
    const report = reportOf(invocation.dropletId, sight ?? UNSEEN, cause, totals, account);
    const entry = withReason({ report, cause }, session);
    const advice = statusAdvice(runtime.version, report);
    const text = [reportText(teardownReports([entry]), context.paint, account), ...advice].join("\n");
    return { ...EMPTY_RESULT, account, entries: [entry], text, advice };
}

class Watch {
    sight: Sight | null = null;
    account: string | null = null;
    readonly #invocation: StatusInvocation;
    readonly #client: Client;
    readonly #context: Context;
    readonly #display: Display;

    constructor(invocation: StatusInvocation, client: Client, context: Context, display: Display) {
        this.#invocation = invocation;
        this.#client = client;
        this.#context = context;
        this.#display = display;
    }

    async run(signal: AbortSignal): Promise<void> {
        const { clock } = this.#context.runtime;
        this.account = await this.#context.session.account(signal);
        refuseOtherAccount(this.#invocation.guards.account, this.account);
        const hazard = new Hazard();
        let looks: Looks = { acceptedAtMs: clock.monotonicMs(), lastSentAtMs: null };
        for (;;) {
            looks = { ...looks, lastSentAtMs: clock.monotonicMs() };
            this.sight = await this.#look(signal);
            if (!this.#invocation.wait || this.sight.status.state !== "running") {
                return;
            }
            const { narratorFor } = this.#display;
            narratorFor(this.#invocation.dropletId).progress(
                progressLine("completion", this.sight.status, null),
            );
            const nextMs = nextLookAtMs(looks, leftIn(this.sight.status), hazard);
            await clock.sleep(Math.max(nextMs - clock.monotonicMs(), 0), signal);
        }
    }

    async #look(signal: AbortSignal): Promise<Sight> {
        const { api } = this.#client;
        const { dropletId } = this.#invocation;
        const status = await api.status(dropletId, signal);
        const droplet = await api.droplet(dropletId, signal);
        const before = this.sight ?? (await readInventory(droplet, api, signal));
        return { ...before, droplet, status };
    }
}

/** What is attached to a Droplet, and the kinds that the token cannot see. */
async function readInventory(
    droplet: Droplet | null,
    api: DropletApi,
    signal: AbortSignal,
): Promise<Pick<Sight, "recorded" | "unread">> {
    const inventory = droplet === null ? null : await api.associated(droplet.id, signal);
    if (inventory === null) {
        return { recorded: [], unread: RESOURCE_KINDS };
    }
    const { resources: recorded, unread } = inventory;
    const missing = RESOURCE_KINDS.filter((kind) => !has(recorded, kind) && !unread.includes(kind));
    const readable = await Promise.all(missing.map((kind) => api.canRead(kind, signal)));
    return { recorded, unread: [...unread, ...missing.filter((_, index) => readable[index] === false)] };
}

function reportOf(
    dropletId: number,
    { droplet, status, recorded, unread }: Sight,
    cause: unknown,
    totals: Totals,
    account: string | null,
): Report {
    const presence = droplet === null ? "absent" : "present";
    const { outcome, error } = verdict(status, presence, cause, account);
    const ledger = new Ledger([]);
    ledger.listed(recorded, dropletId);
    ledger.shown(status);
    const facts = {
        ...{ dropletId, droplet, status, entries: ledger.entries, rounds: 0 },
        dropletGone: droplet === null && status.state !== "none",
        unread,
        unmatched: [],
        goesOn: status.state === "running",
    };
    const { requests, requestIds, startedAtMs, finishedAtMs } = totals;
    return { ...composeReport(facts, outcome, error), requests, requestIds, startedAtMs, finishedAtMs };
}

function verdict(
    status: DestroyStatus,
    droplet: "present" | "absent",
    cause: unknown,
    account: string | null,
): { readonly outcome: DropletOutcome; readonly error: string | null } {
    switch (status.state) {
        case "running": {
            const ended = cause instanceof Error ? `${cause.message}; ` : "";
            return { outcome: "in-progress", error: `${ended}${progressLine("completion", status, null)}` };
        }
        case "completed": {
            if (!endedWell(status)) {
                return { outcome: "partial", error: null };
            }
            return droplet === "absent"
                ? { outcome: "destroyed", error: null }
                : { outcome: "partial", error: "the destroy is completed, but the droplet is still there" };
        }
        case "none":
            return droplet === "absent"
                ? { outcome: "refused", error: `no destroy of it is known; ${notVisible(account)}` }
                : { outcome: "refused", error: "no destroy of it is known; it is there" };
    }
}

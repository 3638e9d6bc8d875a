import type { PollHistory } from "../polling/interval.js";
import type { Observation } from "./decide.js";
import { Ledger } from "./ledger.js";
import { afterSeeing, isOurs, NOTHING_SENT, type Memory } from "./memory.js";
import { progressLine } from "./narrate.js";
import type { Plan } from "./plan.js";
import type { Sending } from "./ports.js";
import type { TeardownEffects, TeardownRequest } from "./request.js";
import { probeKinds } from "./inventory.js";
import { type Droplet, type Inventory, leftIn, RESOURCE_KINDS, type ResourceKind } from "./model.js";

/** A read is stale after this time, even without a wait. */
const MAX_FRESH_MS = 60_000;

/** What one operation knows and remembers, and how it reads and waits. */
export class Situation {
    request: TeardownRequest;
    readonly effects: TeardownEffects;
    readonly signal: AbortSignal;
    readonly ledger: Ledger;
    seen: Observation = { droplet: "unseen", status: { state: "none" } };
    memory: Memory = NOTHING_SENT;
    /** The Droplet as last seen; null: never seen. */
    droplet: Droplet | null = null;
    /** The last plan made from a list. */
    plan: Plan | null = null;
    /** Kinds that could not be read. */
    unread: readonly ResourceKind[] = [];
    /** Whether the last list was not read, or not completely. */
    unlisted = true;
    /** Whether a list was read while no destroy was running, which takes things out of it one by one. */
    listedWhole = false;
    /** Whether what a Droplet that is gone left behind has been looked up. */
    accounted = false;
    /** How far the shutdown before the destroy has come. */
    shutdown: "none" | "requested" | "off" = "none";
    /** Whether something unreadable has been read a second time. */
    doubted = false;
    /** Whether this token has seen the Droplet or a destroy of it; if so, a 404 is not due to another team. */
    known = false;
    readonly #announced = new Map<string, string>();
    /** Whether more than one answer says that the Droplet is gone. */
    goneForSure = false;
    #history: PollHistory;
    #statusIsFresh = false;
    #freshSince = { waits: 0, atMs: 0 };

    constructor(request: TeardownRequest, effects: TeardownEffects, signal: AbortSignal) {
        this.request = request;
        this.effects = effects;
        this.signal = signal;
        this.ledger = new Ledger(request.recorded);
        this.#history = { acceptedAtMs: effects.clock.monotonicMs(), lastSentAtMs: null };
    }

    /** Whether something was, or may have been, destroyed during this run. */
    get begun(): boolean {
        const { rounds, attempts, sent, ran } = this.memory;
        return rounds + attempts > 0 || sent !== null || ran;
    }

    /** Whether nothing has waited since the status was read. */
    get statusIsFresh(): boolean {
        return this.#statusIsFresh;
    }

    /** Reads the Droplet, and its status unless that was just read. */
    async observe(): Promise<void> {
        const droplet = await this.effects.api.droplet(this.request.dropletId, this.signal);
        this.startAfresh();
        this.droplet = droplet ?? this.droplet;
        this.known ||= droplet !== null;
        if (!this.#statusIsFresh) {
            await this.#readStatus();
        }
        this.seen = { ...this.seen, droplet: droplet === null ? "gone" : "there" };
    }

    /** Lists what is attached to the Droplet, and the kinds that cannot be read; null: the list answers 404. */
    async list(): Promise<Inventory | null> {
        const { request, effects, signal } = this;
        this.unlisted = true;
        const listed = await effects.api.associated(request.dropletId, signal);
        if (listed === null) {
            return null;
        }
        this.ledger.listed(listed.resources, request.dropletId);
        const inventory = await probeKinds(listed, RESOURCE_KINDS, effects.api, signal);
        this.unlisted = false;
        this.listedWhole ||= this.seen.status.state !== "running";
        this.unread = inventory.unread;
        return inventory;
    }

    /** Records a plan made from a list. */
    planned(plan: Plan): void {
        this.plan = plan;
        this.unread = plan.unread;
        this.ledger.planned(plan);
    }

    /** Writes permanent lines once per topic, however often DigitalOcean refuses. */
    async announceOnce(topic: "plan" | "final snapshot", text: string, droplet?: Droplet): Promise<void> {
        if (text !== this.#announced.get(topic)) {
            this.#announced.set(topic, text);
            await this.effects.narrator.announce(text, droplet);
        }
    }

    /** What is read from here on is fresh until the next wait. */
    startAfresh(): void {
        const { traffic, clock } = this.effects;
        this.#freshSince = { waits: traffic.waits, atMs: clock.monotonicMs() };
    }

    /** Waits until a poll of the status is due. */
    async poll(reason: "completion" | "effect" | "droplet"): Promise<void> {
        const { narrator, poller, throwIfAbandoned } = this.effects;
        narrator.progress(progressLine(reason, this.seen.status, this.plan));
        await poller.due(this.#history, leftIn(this.seen.status), this.signal);
        this.unsee();
        await throwIfAbandoned();
        await this.#readStatus();
    }

    /** Waits; afterwards everything must be read again. */
    async pause(ms: number, progress: string): Promise<void> {
        const { narrator, clock } = this.effects;
        narrator.progress(progress);
        await clock.sleep(ms, this.signal);
        this.unsee();
    }

    /** From here on, what was read is stale. */
    unsee(): void {
        this.seen = { ...this.seen, droplet: "unseen" };
        this.#statusIsFresh = false;
    }

    /** A destroy has started, or may have: wait for its status. */
    sent(): void {
        this.unsee();
        this.#history = { acceptedAtMs: this.effects.clock.monotonicMs(), lastSentAtMs: null };
    }

    /** For a request that depends on what was read since then. */
    sending(): Sending {
        const { waits, atMs } = this.#freshSince;
        const { traffic, clock } = this.effects;
        return {
            signal: this.signal,
            stillFresh: () => traffic.waits === waits && clock.monotonicMs() - atMs <= MAX_FRESH_MS,
        };
    }

    async #readStatus(): Promise<void> {
        const { api, clock, poller } = this.effects;
        this.#history = { ...this.#history, lastSentAtMs: clock.monotonicMs() };
        const status = await api.status(this.request.dropletId, this.signal);
        this.#statusIsFresh = true;
        this.memory = afterSeeing(this.memory, status, clock.monotonicMs());
        this.seen = { ...this.seen, status };
        this.known ||= status.state !== "none";
        this.ledger.shown(status);
        if (status.state === "completed" && isOurs(status, this.memory.sent)) {
            poller.ended(this.#history);
        }
    }
}

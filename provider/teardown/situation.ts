import type { Looks } from "../polling/interval.js";
import type { Observation } from "./decide.js";
import { Ledger } from "./ledger.js";
import { afterSeeing, isOurs, NOTHING_SENT, type Memory } from "./memory.js";
import { progressLine } from "./narrate.js";
import type { Plan } from "./plan.js";
import type { Sending } from "./ports.js";
import type { TeardownEffects, TeardownRequest } from "./request.js";
import type { Droplet, ResourceKind } from "./resource.js";
import { leftIn } from "./status.js";

/** A look is history after this time, even where nothing was waited for. */
const LONGEST_FRESH_MS = 60_000;

/** What one operation knows and remembers, and how it looks and waits. */
export class Situation {
    request: TeardownRequest;
    readonly effects: TeardownEffects;
    readonly signal: AbortSignal;
    readonly ledger: Ledger;
    seen: Observation = { droplet: "unseen", status: { state: "none" } };
    memory: Memory = NOTHING_SENT;
    /** As it was last seen; null: never. */
    droplet: Droplet | null = null;
    /** The last plan that was made from a list. */
    plan: Plan | null = null;
    /** Kinds that could not be read. */
    unread: readonly ResourceKind[] = [];
    /** Whether something that could not be read has been given a second chance. */
    doubted = false;
    /** Whether this token has seen the Droplet or a destroy of it: then its 404 is no other team's. */
    known = false;
    readonly #announced = new Map<string, string>();
    #looks: Looks;
    #statusIsFresh = false;
    #freshSince = { waits: 0, atMs: 0 };

    constructor(request: TeardownRequest, effects: TeardownEffects, signal: AbortSignal) {
        this.request = request;
        this.effects = effects;
        this.signal = signal;
        this.ledger = new Ledger(request.recorded);
        this.#looks = { acceptedAtMs: effects.clock.monotonicMs(), lastSentAtMs: null };
    }

    /** Whether something was, or may have been, destroyed while this run looked on. */
    get begun(): boolean {
        const { rounds, attempts, sent, ran } = this.memory;
        return rounds + attempts > 0 || sent !== null || ran;
    }

    /** Whether nothing was waited for since the status was read. */
    get statusIsFresh(): boolean {
        return this.#statusIsFresh;
    }

    /** Looks whether the Droplet is there, and at the status unless that was read a moment ago. */
    async look(): Promise<void> {
        const droplet = await this.effects.api.droplet(this.request.dropletId, this.signal);
        this.startAfresh();
        this.droplet = droplet ?? this.droplet;
        this.known ||= droplet !== null;
        if (!this.#statusIsFresh) {
            await this.#readStatus();
        }
        this.seen = { ...this.seen, droplet: droplet === null ? "gone" : "there" };
    }

    /** A plan was made from a list. */
    planned(plan: Plan): void {
        this.plan = plan;
        this.unread = plan.unread;
        this.ledger.planned(plan);
    }

    /** Lines that stay are told once about each topic, however often DigitalOcean refuses. */
    async announceOnce(topic: "plan" | "final snapshot", text: string, droplet?: Droplet): Promise<void> {
        if (text !== this.#announced.get(topic)) {
            this.#announced.set(topic, text);
            await this.effects.narrator.announce(text, droplet);
        }
    }

    /** What is read from here on is fresh until something is waited for. */
    startAfresh(): void {
        const { traffic, clock } = this.effects;
        this.#freshSince = { waits: traffic.waits, atMs: clock.monotonicMs() };
    }

    /** Waits until a look at the status is due. */
    async poll(reason: "completion" | "effect" | "droplet"): Promise<void> {
        const { narrator, watch, ensureWanted } = this.effects;
        narrator.progress(progressLine(reason, this.seen.status, this.plan));
        await watch.due(this.#looks, leftIn(this.seen.status), this.signal);
        this.unsee();
        await ensureWanted();
        await this.#readStatus();
    }

    /** Waits, after which everything has to be looked at again. */
    async pause(ms: number, progress: string): Promise<void> {
        const { narrator, clock } = this.effects;
        narrator.progress(progress);
        await clock.sleep(ms, this.signal);
        this.unsee();
    }

    /** From here on, what has been seen is history. */
    unsee(): void {
        this.seen = { ...this.seen, droplet: "unseen" };
        this.#statusIsFresh = false;
    }

    /** A destroy has begun, or may have: its status is to be waited for. */
    sent(): void {
        this.unsee();
        this.#looks = { acceptedAtMs: this.effects.clock.monotonicMs(), lastSentAtMs: null };
    }

    /** For a request that rests on what has been read since then. */
    sending(): Sending {
        const { waits, atMs } = this.#freshSince;
        const { traffic, clock } = this.effects;
        return {
            signal: this.signal,
            stillFresh: () => traffic.waits === waits && clock.monotonicMs() - atMs <= LONGEST_FRESH_MS,
        };
    }

    async #readStatus(): Promise<void> {
        const { api, clock, watch } = this.effects;
        this.#looks = { ...this.#looks, lastSentAtMs: clock.monotonicMs() };
        const status = await api.status(this.request.dropletId, this.signal);
        this.#statusIsFresh = true;
        this.memory = afterSeeing(this.memory, status, clock.monotonicMs());
        this.seen = { ...this.seen, status };
        this.known ||= status.state !== "none";
        this.ledger.shown(status);
        if (status.state === "completed" && isOurs(status, this.memory.sent)) {
            watch.ended(this.#looks);
        }
    }
}

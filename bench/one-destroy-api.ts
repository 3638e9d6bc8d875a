import type { Clock } from "../provider/polling/clock.js";
import type { DropletApi, SubmitOutcome } from "../provider/teardown/ports.js";
import type { Droplet, Inventory } from "../provider/teardown/resource.js";
import type { DestroyStatus, ResourceProgress } from "../provider/teardown/status.js";
import type { Random } from "./random.js";
import { drawRoundTripMs } from "./workload.js";

const DROPLET: Droplet = { id: 1, name: "web", status: "active", tags: [], monthlyPrice: "6.00" };

/** One Droplet with nothing associated, whose destroy takes a given time; every request takes a round trip. */
export class OneDestroyApi implements DropletApi {
    /** Status requests since the destroy was accepted. */
    looks = 0;
    readonly #clock: Clock;
    readonly #completionMs: number;
    readonly #goneAt: readonly number[];
    readonly #random: Random;
    #completesAtMs = Infinity;
    #noticedAtMs: number | null = null;

    /** @param goneAt when each associated resource is gone, as a part of the whole time */
    constructor(clock: Clock, completionMs: number, random: Random, goneAt: readonly number[] = []) {
        this.#goneAt = goneAt;
        this.#clock = clock;
        this.#completionMs = completionMs;
        this.#random = random;
    }

    /** From the completion to the first answer that told of it; null: nobody has been told. */
    get noticedAfterMs(): number | null {
        return this.#noticedAtMs === null ? null : this.#noticedAtMs - this.#completesAtMs;
    }

    async status(): Promise<DestroyStatus> {
        if (this.#accepted) {
            this.looks += 1;
        }
        const status = await this.#roundTrip(() => this.#status());
        if (status.state === "completed") {
            this.#noticedAtMs ??= this.#clock.now();
        }
        return status;
    }

    destroy(): Promise<SubmitOutcome> {
        return this.#roundTrip(() => {
            this.#completesAtMs = this.#clock.now() + this.#completionMs;
            return { kind: "accepted" };
        });
    }

    retry(): Promise<SubmitOutcome> {
        return this.#roundTrip(() => ({ kind: "gone", message: "404" }));
    }

    droplet(): Promise<Droplet | null> {
        return this.#roundTrip(() => (this.#completed ? null : DROPLET));
    }

    associated(): Promise<Inventory | null> {
        return this.#roundTrip(() => (this.#completed ? null : { resources: [], unread: [] }));
    }

    account(): Promise<null> {
        return this.#roundTrip(() => null);
    }

    canRead(): Promise<boolean> {
        return this.#roundTrip(() => true);
    }

    find(): Promise<null> {
        return this.#roundTrip(() => null);
    }

    remove(): Promise<SubmitOutcome> {
        return this.#roundTrip(() => ({ kind: "accepted" }));
    }

    volumeSnapshots(): Promise<null> {
        return this.#roundTrip(() => null);
    }

    shutDown(): Promise<void> {
        return this.#roundTrip(() => undefined);
    }

    snapshotsOf(): Promise<[]> {
        return this.#roundTrip(() => []);
    }

    get #accepted(): boolean {
        return this.#completesAtMs !== Infinity;
    }

    get #completed(): boolean {
        return this.#clock.now() >= this.#completesAtMs;
    }

    #status(): DestroyStatus {
        if (!this.#accepted) {
            return { state: "none" };
        }
        if (!this.#completed) {
            return {
                state: "running",
                droplet: { name: "web", destroyedAt: null, error: null },
                resources: this.#goneAt.map((part, index) => this.#volume(part, index)),
            };
        }
        const completedAt = new Date(this.#completesAtMs).toISOString();
        const droplet = { name: "web", destroyedAt: completedAt, error: null };
        return { state: "completed", completedAt, failures: 0, droplet, resources: [] };
    }

    #volume(part: number, index: number): ResourceProgress {
        const goneAtMs = this.#completesAtMs - (1 - part) * this.#completionMs;
        const destroyedAt = goneAtMs <= this.#clock.now() ? new Date(goneAtMs).toISOString() : null;
        return { kind: "volume", id: `volume-${index}`, name: "data", destroyedAt, error: null };
    }

    /** The server looks when half of the round trip is over. */
    async #roundTrip<T>(look: () => T): Promise<T> {
        const roundTripMs = drawRoundTripMs(this.#random);
        await this.#clock.sleep(roundTripMs / 2);
        const seen = look();
        await this.#clock.sleep(roundTripMs / 2);
        return seen;
    }
}

import type { Fetch } from "../../provider/digitalocean/connection.js";
import type { LoggedRequest, Simulator, VirtualClock } from "../../simulator/index.js";
import { seededRandom } from "../random.js";
import { drawCompletionMs, drawRoundTripMs, type Workload } from "../workload.js";

const STATUS = /^\/v2\/droplets\/(\d+)\/destroy_with_associated_resources\/status$/;
/** The user agent of somebody else with the same token. */
export const STRANGER = "somebody-else/1.0";

/** What the product is measured by: a simulated DigitalOcean whose destroys and round trips are drawn. */
interface Measured {
    readonly simulator: Simulator;
    readonly clock: VirtualClock;
}

/** Makes destroys and round trips take their time, and sees when the end of each destroy is noticed. */
export class Meter {
    /** The way to DigitalOcean of those who are measured. */
    readonly fetch: Fetch;
    readonly #measured: Measured;
    readonly #acceptedAtMs = new Map<number, number>();
    readonly #completesAtMs = new Map<number, number>();
    readonly #noticedAtMs = new Map<number, number>();

    constructor(measured: Measured, workload: Workload, seed: number) {
        const { simulator, clock } = measured;
        const [durations, network] = [seededRandom(seed), seededRandom(seed ^ 0x2545f491)];
        this.#measured = measured;
        simulator.settings.roundTripMs = () => drawRoundTripMs(network);
        simulator.settings.destroyDurationMs = (dropletId) => {
            const durationMs = drawCompletionMs(workload, durations);
            this.#acceptedAtMs.set(dropletId, clock.monotonicMs());
            this.#completesAtMs.set(dropletId, clock.monotonicMs() + durationMs);
            return durationMs;
        };
        this.fetch = async (url, init) => {
            const sentMs = clock.monotonicMs();
            const answer = await simulator.fetch(url, init);
            const [, dropletId] = STATUS.exec(new URL(url).pathname) ?? [];
            if (dropletId !== undefined && answer.status === 200) {
                this.#shown(Number(dropletId), sentMs, clock.monotonicMs());
            }
            return answer;
        };
    }

    /** From each destroy's completion to the answer that told of it, least first; Infinity: nobody was told. */
    noticedAfterMs(): number[] {
        return [...this.#completesAtMs]
            .map(
                ([dropletId, completesAtMs]) =>
                    (this.#noticedAtMs.get(dropletId) ?? Infinity) - completesAtMs,
            )
            .sort((one, other) => one - other);
    }

    get nowMs(): number {
        return this.#measured.clock.monotonicMs();
    }

    /** When the first destroy was accepted. */
    get firstDestroyMs(): number {
        return Math.min(...this.#acceptedAtMs.values());
    }

    /** Requests of whoever is measured, and not of other users of the token. */
    requests(): LoggedRequest[] {
        return this.#measured.simulator.requests().filter(({ userAgent }) => userAgent !== STRANGER);
    }

    /** Whether a request about the status came when the destroy had been accepted. */
    isAfterDestroy({ path, atMs }: LoggedRequest): boolean {
        const { clock } = this.#measured;
        const acceptedAtMs = this.#acceptedAtMs.get(Number(STATUS.exec(path)?.[1])) ?? Infinity;
        return atMs - (clock.now() - clock.monotonicMs()) > acceptedAtMs;
    }

    /** The server looks when half of the round trip is over. */
    #shown(dropletId: number, sentMs: number, answeredMs: number): void {
        const completesAtMs = this.#completesAtMs.get(dropletId) ?? Infinity;
        if ((sentMs + answeredMs) / 2 >= completesAtMs && !this.#noticedAtMs.has(dropletId)) {
            this.#noticedAtMs.set(dropletId, answeredMs);
        }
    }
}

/** Whether a request asks for the status of a destroy. */
export function isPoll({ path }: LoggedRequest): boolean {
    return STATUS.test(path);
}

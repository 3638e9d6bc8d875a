import type { Fetch } from "../../provider/digitalocean/fetch.js";
import type { LoggedRequest, Simulator, VirtualClock } from "../../simulator/index.js";
import { seededRandom } from "../random.js";
import { drawCompletionMs, drawRoundTripMs, type Workload } from "../workload.js";

const STATUS = /^\/v2\/droplets\/(\d+)\/destroy_with_associated_resources\/status$/;
const DESTROY = /^\/v2\/droplets\/\d+\/destroy_with_associated_resources\/selective$/;

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
    readonly #completesAtMs = new Map<number, number>();
    readonly #noticedAtMs = new Map<number, number>();

    constructor(measured: Measured, workload: Workload, seed: number) {
        const { simulator, clock } = measured;
        const [durations, network] = [seededRandom(seed), seededRandom(seed ^ 0x2545f491)];
        this.#measured = measured;
        simulator.settings.roundTripMs = () => drawRoundTripMs(network);
        simulator.settings.destroyDurationMs = (dropletId) => {
            const durationMs = drawCompletionMs(workload, durations);
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

    /** Milliseconds from then until the first destroy arrived. */
    firstDestroyAfterMs(sinceMs: number): number {
        const first = this.#measured.simulator.requests().find(({ path }) => DESTROY.test(path));
        return (first?.atMs ?? Infinity) - sinceMs;
    }

    /** Requests of whoever is measured: those of another user of the token have another user agent. */
    requests(): LoggedRequest[] {
        return this.#measured.simulator
            .requests()
            .filter(({ userAgent }) => userAgent.startsWith("pulumi-droplet-teardown/"));
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

import type { Clock, Simulator } from "../../simulator/index.js";

type Request = Parameters<Simulator["exchange"]>[0];

/** A request, and when it came. */
export interface Recorded {
    readonly monotonicMs: number;
    readonly request: Request;
}

/** A clock that can be set to earlier times, and let go. */
export interface ReplayClock extends Clock {
    setTo(monotonicMs: number): void;
    letGo(): void;
}

export function replayClock(real: Clock): ReplayClock {
    const startedMs = real.now() - real.monotonicMs();
    let fixedMs: number | undefined;
    return {
        now: () => (fixedMs === undefined ? real.now() : startedMs + fixedMs),
        monotonicMs: () => fixedMs ?? real.monotonicMs(),
        sleep: (ms, signal) => (fixedMs === undefined ? real.sleep(ms, signal) : Promise.resolve()),
        setTo: (monotonicMs) => (fixedMs = monotonicMs),
        letGo: () => (fixedMs = undefined),
    };
}

/** Brings a new simulator to where another one was: the same requests at the same times make the same ids. */
export async function replay(
    recorded: readonly Recorded[],
    simulator: Simulator,
    clock: ReplayClock,
): Promise<void> {
    for (const { monotonicMs, request } of recorded) {
        clock.setTo(monotonicMs);
        await simulator.exchange(request);
    }
    clock.letGo();
}

import { failuresOf, type Completed, type Failure } from "./failures.js";
import { failedAlike, showsEffect, type Memory } from "./memory.js";
import type { Plan } from "./plan.js";
import { sameResource } from "./resource.js";
import type { DestroyStatus } from "./status.js";

/** The API retries everything that failed, whatever of it is to be kept. */
export const RETRY_WOULD_TAKE_KEPT = "a retry would also destroy what is to be kept";

/** What has been seen of a Droplet and its destroy. */
export interface Observation {
    /** "unseen": not looked at since the last change. */
    readonly droplet: "present" | "absent" | "unseen";
    readonly status: DestroyStatus;
}

export interface Limits {
    /** Rounds after the first. */
    readonly retries: number;
    /** How long an answer that contradicts a request just sent is taken for delay. */
    readonly graceMs: number;
}

export type Action =
    /** See whether the Droplet is there. */
    | { readonly do: "look" }
    /** Take the inventory (from the list, or from the status of a Droplet that is gone) and plan. */
    | { readonly do: "plan" }
    | { readonly do: "submit" }
    | { readonly do: "retry"; readonly failures: readonly Failure[] }
    /** Nothing to do but to look again later. */
    | { readonly do: "wait"; readonly for: "completion" | "effect" | "droplet" }
    /** All that was to go is gone as far as the API says: verify it. */
    | { readonly do: "finish" }
    /** Neither the Droplet nor a destroy of it is known: find out whether this is the right account. */
    | { readonly do: "confirm-gone" }
    | { readonly do: "give-up"; readonly why: string };

interface Situation {
    readonly droplet: Observation["droplet"];
    readonly plan: Plan | null;
    readonly memory: Memory;
    readonly limits: Limits;
    readonly nowMs: number;
}

/**
 * The next step of a teardown: pure, and the same for the first step of a new process as for any other.
 * Droplet present or absent × status none, running, completed with and without failures; design section 6.
 */
export function decide(
    seen: Observation,
    plan: Plan | null,
    memory: Memory,
    limits: Limits,
    nowMs: number,
): Action {
    const situation: Situation = { droplet: seen.droplet, plan, memory, limits, nowMs };
    if (seen.status.state === "running") {
        return { do: "wait", for: "completion" };
    }
    if (awaitsEffect(seen.status, situation)) {
        return { do: "wait", for: "effect" };
    }
    if (seen.droplet === "unseen") {
        return { do: "look" };
    }
    if (seen.status.state === "none") {
        return unknownDestroy(seen.droplet, situation);
    }
    const failures = failuresOf(seen.status, seen.droplet, memory.rounds > 0 ? plan : null);
    return failures.length === 0
        ? endedWell(seen.droplet, situation)
        : endedBadly(seen.droplet, seen.status, failures, situation);
}

function awaitsEffect(status: DestroyStatus, { memory, limits, nowMs }: Situation): boolean {
    const { sent } = memory;
    return sent !== null && nowMs - sent.atMs < limits.graceMs && !showsEffect(status, sent);
}

function unknownDestroy(droplet: "present" | "absent", situation: Situation): Action {
    if (droplet === "present") {
        return submit(situation, "DigitalOcean accepted the destroy but knows nothing of it");
    }
    const { rounds, sent } = situation.memory;
    return rounds === 0 && sent === null
        ? { do: "confirm-gone" }
        : {
              do: "give-up",
              why: "the droplet is gone, but DigitalOcean no longer tells what became of the rest",
          };
}

function endedWell(droplet: "present" | "absent", situation: Situation): Action {
    const { plan, memory, limits, nowMs } = situation;
    const { completedSinceMs } = memory;
    if (droplet === "absent") {
        return plan === null ? { do: "plan" } : { do: "finish" };
    }
    if (completedSinceMs !== null && nowMs - completedSinceMs < limits.graceMs) {
        return { do: "wait", for: "droplet" };
    }
    return submit(situation, "DigitalOcean reports the destroy as completed, but the droplet is still there");
}

function endedBadly(
    droplet: "present" | "absent",
    status: Completed,
    failures: readonly Failure[],
    situation: Situation,
): Action {
    const { plan, memory } = situation;
    if (plan === null) {
        return { do: "plan" };
    }
    // What is not in the plan at all may belong to somebody else by now.
    const kept = failures.filter(
        (failure) =>
            failure.kind !== "droplet" && !plan.destroy.some((resource) => sameResource(resource, failure)),
    );
    if (droplet === "absent" && kept.length === failures.length) {
        return { do: "finish" };
    }
    // A request that is still lost by now has not arrived: it is asked again.
    if (memory.sent !== null && memory.sent.outcome !== "lost" && failedAlike(status, memory.sent)) {
        return { do: "give-up", why: "the last attempt changed nothing" };
    }
    if (kept.length === 0 && !memory.nothingToRetry) {
        return mayGoOn(situation)
            ? { do: "retry", failures }
            : { do: "give-up", why: "no attempts are left" };
    }
    if (droplet === "present") {
        return submit(situation, "no attempts are left");
    }
    return kept.length === 0
        ? { do: "give-up", why: "DigitalOcean knows of nothing to retry" }
        : { do: "give-up", why: RETRY_WOULD_TAKE_KEPT };
}

function submit(situation: Situation, whyNot: string): Action {
    if (!mayGoOn(situation)) {
        return { do: "give-up", why: whyNot };
    }
    return situation.plan === null ? { do: "plan" } : { do: "submit" };
}

function mayGoOn({ memory, limits }: Situation): boolean {
    return memory.rounds <= limits.retries;
}

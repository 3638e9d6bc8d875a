import { ForbiddenError, knownOr, MissingTagError, OtherTeamError, RefusedError } from "./errors.js";
import {
    type Answer,
    answerTo,
    type Findings,
    isProvenAbsent,
    type Question,
    type Reading,
    type ValueOf,
} from "./findings.js";
import { outsideText, printable, resourcePhrase } from "./format.js";
import type { AssociatedResource, KeptResource, Outside, ResourceKind } from "./model.js";
import { POLICY_PROPERTY } from "./policy.js";

/** A judgement that cannot be made yet. */
export interface Open {
    readonly is: "open";
    /** What to read first. */
    readonly ask: readonly Question[];
    /** An answer said nothing: wait before asking again. */
    readonly again: boolean;
}

/** A judgement that a teardown must not go on. */
export interface Refused {
    readonly is: "refused";
    readonly refusal: Refusal;
}

/** Ends a judgement where an answer is missing or refuses. Never leaves this module's `settle`. */
class Stop extends Error {
    constructor(readonly judgement: Open | Refused) {
        super();
    }
}

/** The answers that a judgement may rest on; asking for another one ends the judgement. */
export class Inquiry {
    readonly findings: Findings;
    readonly #isCurrent: (at: Reading) => boolean;

    /** @param isCurrent whether an answer may still be used */
    constructor(findings: Findings, isCurrent: (at: Reading) => boolean) {
        this.findings = findings;
        this.#isCurrent = isCurrent;
    }

    /** The current answers to all of these. */
    all<Q extends Question>(questions: readonly Q[]): Answer<ValueOf<Q>>[] {
        return this.#needed(questions, this.#isCurrent);
    }

    /** The answers of this run, however old: what they are about does not change meanwhile. */
    once<Q extends Question>(questions: readonly Q[]): Answer<ValueOf<Q>>[] {
        return this.#needed(questions, () => true);
    }

    /** The current answers, none of which is a single 404: something may be changing right now. */
    settled<Q extends Question>(questions: readonly Q[]): Answer<ValueOf<Q>>[] {
        const answers = this.all(questions);
        const ask = questions.filter((_, index) => {
            const answer = answers[index] ?? null;
            return answer?.is === "absent" && !isProvenAbsent(answer);
        });
        if (ask.length > 0) {
            throw new Stop({ is: "open", ask, again: true });
        }
        return answers;
    }

    #needed<Q extends Question>(
        questions: readonly Q[],
        isCurrent: (at: Reading) => boolean,
    ): Answer<ValueOf<Q>>[] {
        const answers = questions.map((question) => answerTo(this.findings, question));
        const current = answers.filter((answer) => answer !== null && isCurrent(answer.at));
        if (current.length < questions.length) {
            const ask = questions.filter((_, index) => !current.includes(answers[index] ?? null));
            throw new Stop({ is: "open", ask, again: false });
        }
        return current.filter((answer) => answer !== null);
    }
}

/** Ends the judgement with questions, whatever was answered to them before. */
export function askAgain(ask: readonly Question[]): never {
    throw new Stop({ is: "open", ask, again: false });
}

/** Ends the judgement with a refusal. */
export function refuse(refusal: Refusal): never {
    throw new Stop({ is: "refused", refusal });
}

/** The judgement that some work comes to, or what ended it. */
export function settle<J>(work: () => J): J | Open | Refused {
    try {
        return work();
    } catch (thrown) {
        return knownOr(thrown, Stop, (error) => error.judgement);
    }
}

/** Why a teardown must not go on. */
export type Refusal =
    /** Something that everything depends on cannot be read. */
    | { readonly code: "unreadable"; readonly error: Error }
    | { readonly code: "team-unreadable" }
    | { readonly code: "team-not-recorded" }
    | { readonly code: "team-other"; readonly actual: string; readonly recorded: string }
    | {
          readonly code: "kind-hidden";
          readonly kinds: readonly ResourceKind[];
          /** DigitalOcean's words; null: it said nothing of them. */
          readonly said: string | null;
      }
    | {
          readonly code: "keep-unmatched";
          readonly entries: readonly string[];
          /** False: a resource has no name, so an entry may be its name. */
          readonly allNamed: boolean;
      }
    /** Which snapshots belong to a volume that stays. */
    | {
          readonly code: "snapshots-of-volume-unreadable";
          readonly volume: AssociatedResource;
          /** Null: a 404. */
          readonly error: Error | null;
      }
    | { readonly code: "source-unreadable"; readonly error: Error }
    /** Which snapshots a Droplet that is gone has left; `error` null: a 404. */
    | { readonly code: "snapshots-unreadable"; readonly error: Error | null }
    | { readonly code: "prevented"; readonly by: readonly KeptResource[] }
    | { readonly code: "not-approved"; readonly grown: readonly AssociatedResource[] }
    | { readonly code: "tag-missing"; readonly tag: string }
    | { readonly code: "outside-sweep"; readonly why: Outside }
    | { readonly code: "stack-lives"; readonly stack: string };

/** The scopes with which DigitalOcean lists a kind; without them the kind looks empty. */
export const READ_SCOPES: Record<ResourceKind, readonly string[]> = {
    reserved_ip: ["reserved_ip:read"],
    snapshot: ["image:read"],
    volume: ["block_storage:read"],
    volume_snapshot: ["block_storage_snapshot:read"],
};

/**
 * A refusal in words.
 * @param begun whether something was destroyed before
 */
export function refusalError(refusal: Refusal, begun: boolean): Error {
    const nothing = begun ? "nothing more was destroyed" : "nothing was destroyed";
    switch (refusal.code) {
        case "unreadable":
            return refusal.error;
        case "team-unreadable":
            return new OtherTeamError(
                "DigitalOcean answers 404, and the token cannot tell its team (scope account:read), " +
                    "so it may be the token of another team",
                "scope-missing",
            );
        case "team-not-recorded":
            return new OtherTeamError(
                "DigitalOcean answers 404, and no account was recorded to compare with, " +
                    "so this may be the token of another team",
                "team-unknown",
            );
        case "team-other":
            return new OtherTeamError(
                `the token belongs to another team (${refusal.actual}) than the one that the droplet was recorded in (${refusal.recorded})`,
                "wrong-team",
            );
        case "kind-hidden":
            return hidden(refusal.kinds, refusal.said);
        case "keep-unmatched":
            return unmatched(refusal.entries, refusal.allNamed);
        case "snapshots-of-volume-unreadable":
            return unreadable(
                `cannot determine which snapshots belong to the kept ${resourcePhrase(refusal.volume)}`,
                refusal.error,
            );
        case "source-unreadable":
            return unreadable(
                "cannot determine which snapshots belong to a kept volume that no longer exists",
                refusal.error,
            );
        case "snapshots-unreadable":
            return leftUnseen(refusal.error);
        case "prevented": {
            const found = refusal.by.map((resource) => `${resourcePhrase(resource)} (${resource.reason})`);
            return new RefusedError(
                `${nothing}, because the policy prevents it while there is ${found.join("; ")}`,
                "prevented",
            );
        }
        case "not-approved":
            return new RefusedError(
                `${nothing}, because these were attached after the plan was approved: ${refusal.grown.map(resourcePhrase).join("; ")}`,
                "not-approved",
            );
        case "tag-missing":
            return new MissingTagError(refusal.tag, begun);
        case "outside-sweep":
            return new RefusedError(`${nothing}, because ${outsideText(refusal.why)}`, "not-expired");
        case "stack-lives":
            return new RefusedError(
                `${nothing}, because the droplet belongs to the Pulumi stack ${printable(refusal.stack)}, whose state ` +
                    "would not know that it is gone: run `pulumi destroy` there, or pass --include-stacks",
                "stack-lives",
            );
    }
}

function hidden(kinds: readonly ResourceKind[], said: string | null): Error {
    const properties = kinds.map((kind) => POLICY_PROPERTY[kind]).join(", ");
    const scopes = [...new Set(kinds.flatMap((kind) => READ_SCOPES[kind]))].join(", ");
    return new RefusedError(
        `the token cannot read ${properties}, and the policy depends on them. ` +
            `Add the scope ${scopes}, or set the policy to "keep" for them and for what depends on them${quoted(said)}`,
        "scope-missing",
    );
}

/** A token that lacks a scope is only the likeliest reason. */
function quoted(said: string | null): string {
    return said === null ? "" : `. DigitalOcean answers: ${said}`;
}

function unmatched(entries: readonly string[], allNamed: boolean): Error {
    const why = allNamed
        ? "nothing in the account has that id, address or name: correct the entry, or leave it out"
        : "DigitalOcean did not name all of the droplet's resources: give the id, or try again";
    return new RefusedError(
        `DROPLET_TEARDOWN_KEEP lists ${entries.map(printable).join(", ")}, but ${why}`,
        "keep-unmatched",
    );
}

/** @param error null: a 404 */
function unreadable(why: string, error: Error | null): Error {
    if (error === null) {
        return new RefusedError(`${why}: DigitalOcean answers 404 to a request for them`, "unreadable");
    }
    const scopes = READ_SCOPES.volume_snapshot.join(", ");
    return error instanceof ForbiddenError
        ? new RefusedError(
              `${why}. Give the token the scope ${scopes}${quoted(error.message)}`,
              "scope-missing",
              {
                  cause: error,
              },
          )
        : error;
}

/** @param error null: a 404 */
function leftUnseen(error: Error | null): Error {
    const unseen = "so those of a droplet that is gone would be left behind unseen";
    if (error === null) {
        return new RefusedError(`the list of snapshots answers 404, ${unseen}`, "unreadable");
    }
    return error instanceof ForbiddenError
        ? new RefusedError(
              `the token cannot read snapshots, ${unseen}. ` +
                  `Add the scope ${READ_SCOPES.snapshot.join(" and ")}, or set policy snapshots: "keep"${quoted(error.message)}`,
              "scope-missing",
              { cause: error },
          )
        : error;
}

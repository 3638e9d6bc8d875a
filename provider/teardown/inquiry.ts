import { knownOr } from "./errors.js";
import {
    type Answer,
    answerTo,
    type Findings,
    isProvenAbsent,
    type Question,
    type Reading,
    type ValueOf,
} from "./findings.js";
import type { Refusal } from "./refusals.js";

/** A judgement that cannot be made yet. */
export interface Open {
    readonly is: "open";
    /** What to read first. */
    readonly ask: readonly Question[];
    /** An answer said nothing: wait before asking again. */
    readonly again: boolean;
}

/** Ends a judgement where an answer is missing or refuses. Never leaves this module's `settle`. */
class Stop extends Error {
    constructor(readonly judgement: Open | { readonly is: "refused"; readonly refusal: Refusal }) {
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
export function settle<J>(work: () => J): J | Stop["judgement"] {
    try {
        return work();
    } catch (thrown) {
        return knownOr(thrown, Stop, (error) => error.judgement);
    }
}

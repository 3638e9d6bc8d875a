import { ask } from "./ask.js";
import { knownOr, TeardownError } from "./errors.js";
import {
    afterAnswer,
    type Answer,
    answerTo,
    beginFindings,
    DESTROY,
    DROPLET,
    type Findings,
    LIST,
    type Question,
    type ValueOf,
} from "./findings.js";
import { Inquiry, type Open, refusalError, type Refused, settle } from "./inquiry.js";
import { judgeTeam, judgeThere } from "./judge.js";
import {
    type AssociatedResource,
    type Droplet,
    type Inventory,
    RESOURCE_KINDS,
    type ResourceKind,
} from "./model.js";
import type { DropletApi } from "./ports.js";
import type { ExpectedAccount, Terms } from "./plan.js";

/** So many rounds of questions are an endless loop. */
const MAX_ROUNDS = 100;

/** A judgement, and what it rests on. */
export interface Assessed<J> {
    readonly findings: Findings;
    readonly judgement: Exclude<J, Open> | Refused;
}

/**
 * Asks what a judgement lacks until it can be made, or until something says nothing at all. Changes nothing, and waits
 * for nothing: an answer that may be about to change begins a new epoch, in which everything is read again.
 * @param from the epoch of what has been read in `begun`
 */
export async function assess<J extends { readonly is: string }>(
    begun: Findings,
    judge: (findings: Findings, epoch: number) => J | Open,
    api: DropletApi,
    signal: AbortSignal,
    from = 0,
): Promise<Assessed<J>> {
    let [findings, epoch] = [begun, from];
    for (let round = 0; round < MAX_ROUNDS; round += 1) {
        const judgement = judge(findings, epoch);
        if (!isOpen(judgement)) {
            return { findings, judgement: judgement as Exclude<J, Open> };
        }
        epoch += judgement.again ? 1 : 0;
        const { answered, trouble } = await askAll(judgement.ask, findings, epoch, api, signal);
        findings = answered;
        if (trouble !== null) {
            return {
                findings,
                judgement: { is: "refused", refusal: { code: "unreadable", error: trouble } },
            };
        }
    }
    throw new Error(`an assessment of droplet ${begun.dropletId} goes round in circles`);
}

function isOpen(judgement: { readonly is: string }): judgement is Open {
    return judgement.is === "open";
}

/** What says nothing at all is not noted: it is the trouble. */
async function askAll(
    questions: readonly Question[],
    findings: Findings,
    epoch: number,
    api: DropletApi,
    signal: AbortSignal,
): Promise<{ readonly answered: Findings; readonly trouble: Error | null }> {
    const answers = await Promise.all(
        questions.map(async (question) => ({
            question,
            said: await ask(question, findings.dropletId, api, signal),
        })),
    );
    const answered = answers.reduce(
        (known, { question, said }) =>
            said.is === "no news" ? known : afterAnswer(known, question, said, { epoch, atMs: 0 }),
        findings,
    );
    const trouble = answers.map(({ said }) => said).find((said) => said.is === "no news");
    return { answered, trouble: trouble?.error ?? null };
}

/**
 * The answers to questions, none of which is a single 404.
 * @throws TeardownError for what says nothing at all
 */
export async function readAll(
    questions: readonly Question[],
    begun: Findings,
    api: DropletApi,
    signal: AbortSignal,
): Promise<Findings> {
    const settled = (findings: Findings): { readonly is: "settled" } | Open | Refused =>
        settle(() => {
            new Inquiry(findings, ({ nth }) => nth > begun.reads).settled(questions);
            return { is: "settled" };
        });
    const { findings, judgement } = await assess(begun, settled, api, signal);
    unlessRefused(judgement);
    return findings;
}

/**
 * Adds the status of the Droplet's destroy, as far as it can be read: whoever is told how a Droplet can stay must know
 * whether it still can.
 */
export function withStatus(begun: Findings, api: DropletApi, signal: AbortSignal): Promise<Findings> {
    return readAll([DESTROY], begun, api, signal).catch((thrown: unknown) =>
        knownOr(thrown, TeardownError, () => begun),
    );
}

/** @throws TeardownError for a refusal; nothing has been destroyed */
export function unlessRefused<J extends { readonly is: string }>(
    judgement: J,
): asserts judgement is Exclude<J, { readonly is: "refused" }> {
    if (judgement.is === "refused") {
        throw refusalError((judgement as unknown as Refused).refusal, false);
    }
}

/**
 * Null: a 404.
 * @throws what made it unreadable
 */
export function answerValue<T>(answer: Answer<T> | null): T | null {
    if (answer?.is === "unreadable") {
        throw answer.error;
    }
    return answer?.is === "read" ? answer.value : null;
}

/** The settled answer to one question; null: a 404, twice. */
export async function read<Q extends Question>(
    question: Q,
    dropletId: number,
    api: DropletApi,
    signal: AbortSignal,
): Promise<ValueOf<Q> | null> {
    const findings = await readAll([question], beginFindings(dropletId, []), api, signal);
    return answerValue(answerTo(findings, question));
}

/** A Droplet; null: it does not exist. */
export function findDroplet(
    dropletId: number,
    api: DropletApi,
    signal: AbortSignal,
): Promise<Droplet | null> {
    return read(DROPLET, dropletId, api, signal);
}

/**
 * What is attached to a Droplet; nothing of it could be read if its list answers 404.
 * @param suspects kinds that may be invisible to the token if the list does not show them
 */
export async function listInventory(
    dropletId: number,
    suspects: readonly ResourceKind[],
    api: DropletApi,
    signal: AbortSignal,
): Promise<Inventory> {
    const listed = await read(LIST, dropletId, api, signal);
    if (listed === null) {
        return { resources: [], unread: RESOURCE_KINDS, unknownKinds: [] };
    }
    const { resources, unread } = listed;
    const missing = suspects
        .filter((kind) => !unread.includes(kind) && !resources.some((one) => one.kind === kind))
        .map((kind) => ({ about: "kind", kind }) as const);
    const findings = await readAll(missing, beginFindings(dropletId, []), api, signal);
    const hidden = missing.filter((question) => answerValue(answerTo(findings, question))?.denied !== null);
    return { ...listed, unread: [...unread, ...hidden.map(({ kind }) => kind)] };
}

/** Judges a teardown of a Droplet that was just read, as if it started now. Changes nothing. */
export function preflight(
    droplet: Droplet,
    terms: Terms & { readonly recorded: readonly AssociatedResource[] },
    api: DropletApi,
    signal: AbortSignal,
): Promise<Assessed<ReturnType<typeof judgeThere>>> {
    const begun = beginFindings(droplet.id, terms.recorded, droplet);
    return assess(begun, (known, epoch) => judgeThere(droplet, known, terms, epoch), api, signal);
}

/**
 * A token of another team gets 404 for everything.
 * @throws RefusedError unless the token is certain to belong to the expected team
 */
export async function confirmTeam(
    expected: ExpectedAccount,
    api: DropletApi,
    signal: AbortSignal,
): Promise<void> {
    const judged = (findings: Findings): ReturnType<typeof judgeTeam> => judgeTeam(expected, findings);
    const { judgement } = await assess(beginFindings(0, []), judged, api, signal);
    unlessRefused(judgement);
}

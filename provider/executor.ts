import type { Beginning, Client } from "./clients.js";
import type { Ended } from "./conclude.js";
import type { TeardownByTag } from "./inputs.js";
import { findCandidates, findUntagged, type FindingApi, type Found } from "./ownership/find.js";
import type { OwnershipApi } from "./ownership/ports.js";
import { refusalOf } from "./ownership/objection.js";
import { forgetAll, mark } from "./ownership/release.js";
import { judge, type Candidate, type Objection, type ProgramNames } from "./ownership/verdict.js";
import type { Plugin } from "./plugin.js";
import type { State } from "./state.js";
import { AuthenticationError, RefusedError, TeardownError } from "./teardown/errors.js";
import { tearDown, type TeardownRequest } from "./teardown/operation.js";
import { isSuccess } from "./teardown/report.js";
import type { Droplet } from "./teardown/resource.js";
import { confirmSameAccount } from "./teardown/same-account.js";
import { untouchedReport } from "./untouched-report.js";
import { timeoutOf, wishesOf } from "./wishes.js";

/** The list by the tag, which is the look at the Droplet, its status, its list, the destroy. */
const FIRST_REQUESTS = 4;

/** What came of a delete. */
export interface Executed {
    readonly ended: readonly Ended[];
    /** Everything is destroyed, but tags could not be deleted. */
    readonly tagTrouble: TeardownError | null;
}

/**
 * The delete of the teardown that a `Droplet` made for itself: destroys every Droplet of its tag that the engine
 * has been asked to let go, or that no record ever saw. What could be somebody's is left alone and refused.
 */
export class Executor {
    readonly #state: State<TeardownByTag>;
    readonly #plugin: Plugin;
    readonly #client: Client;
    readonly #signal: AbortSignal;
    /** Tells whether it was the last of its stack. */
    readonly #leave: () => boolean;
    #known: readonly number[] = [];

    constructor(state: State<TeardownByTag>, plugin: Plugin, client: Client, signal: AbortSignal) {
        this.#state = state;
        this.#plugin = plugin;
        this.#client = client;
        this.#signal = signal;
        this.#leave = plugin.inFlight.enter(state.inputs.stackTag);
    }

    /** How the teardown of each Droplet ended, and what then went wrong with the tags. */
    async run(): Promise<Executed> {
        try {
            await this.#plugin.surroundings.engine.ensureAlive();
            await this.#refuseOtherTeam();
            const ended = await this.#findAndDestroy();
            const isDone = ended.every(({ report }) => isSuccess(report));
            return { ended, tagTrouble: isDone ? await this.#forget() : null };
        } finally {
            this.#leave();
        }
    }

    async #findAndDestroy(): Promise<readonly Ended[]> {
        const beginning = await this.#client.begin(FIRST_REQUESTS, this.#signal);
        try {
            const { candidates, atOnce } = await this.#find(beginning.ownership);
            this.#known = candidates.map(({ id }) => id);
            if (!atOnce) {
                beginning.release();
            }
            return candidates.length === 0
                ? await this.#nothingFound()
                : await this.#destroyAll(candidates, atOnce ? beginning : null);
        } finally {
            beginning.release();
        }
    }

    /** @param beginning of the first, where nothing was waited for since the candidates were read */
    async #destroyAll(
        candidates: readonly Candidate[],
        beginning: Beginning | null,
    ): Promise<readonly Ended[]> {
        const { tag } = this.#state.inputs;
        const verdicts = judge(candidates, tag, this.#names());
        const refused = verdicts.filter((verdict) => verdict.do === "refuse");
        // A copy is nobody's decision but a person's; anything else could be a mistake about all of them.
        if (refused.some(({ because }) => because !== "copy")) {
            return Promise.all(refused.map(({ droplet, because }) => this.#refuse(droplet, because)));
        }
        const destroyed = await Promise.all(
            verdicts
                .filter((verdict) => verdict.do === "destroy")
                .map(({ candidate, recorded }, index) =>
                    this.#destroy(candidate, recorded, index === 0 ? beginning : null),
                ),
        );
        const copies = refused.map(({ droplet, because }) => this.#refuse(droplet, because));
        return [...destroyed, ...(await Promise.all(copies))];
    }

    /** A token of another team sees nothing, which must not pass for nothing being there. */
    async #refuseOtherTeam(): Promise<void> {
        const { accountId } = this.#state;
        const account = accountId === null ? null : await this.#client.api.account(this.#signal);
        if (account !== null && account.id !== accountId) {
            await confirmSameAccount({ kind: "recorded", id: accountId }, this.#client.api, this.#signal);
        }
    }

    async #find(ownership: OwnershipApi): Promise<Found> {
        const { tag } = this.#state.inputs;
        const heard = this.#plugin.lastWords.of(tag);
        const { api: dropletApi } = this.#client;
        const api: FindingApi = {
            ...ownership,
            droplet: (id, signal) => dropletApi.droplet(id, signal),
        };
        const found = await findCandidates(tag, heard, api, this.#plugin.surroundings.clock, this.#signal);
        const candidates = found.candidates.filter(({ id }) => heard?.released.has(id) !== true);
        return { ...found, candidates };
    }

    /** Neither the tag nor a memory of it is anywhere: perhaps the tag was never put on. */
    async #nothingFound(): Promise<readonly Ended[]> {
        const { api, ownership } = this.#client;
        const { inputs, accountId } = this.#state;
        await confirmSameAccount({ kind: "recorded", id: accountId }, api, this.#signal);
        if (inputs.enabled) {
            const released = this.#plugin.lastWords.of(inputs.tag)?.released;
            const found = await findUntagged(inputs.tag, this.#names(), ownership, this.#signal);
            const untagged = found.filter(({ id }) => released?.has(id) !== true);
            if (untagged.length > 0) {
                return Promise.all(untagged.map((droplet) => this.#refuse(droplet, "never-tagged")));
            }
        }
        return [];
    }

    async #destroy(candidate: Candidate, recorded: boolean, beginning: Beginning | null): Promise<Ended> {
        const { clock, engine } = this.#plugin.surroundings;
        if (!recorded) {
            // From here on a destroy that is cut short is found again.
            await mark(this.#state.inputs.tag, candidate.id, this.#client.ownership, this.#signal);
        }
        const { droplet } = candidate;
        const watched =
            recorded && beginning !== null && droplet !== null
                ? beginning.watching(droplet)
                : this.#client.watching(candidate.id);
        const narrator = this.#plugin.narrate(this.#state.inputs);
        const effects = { ...watched, clock, narrator, ensureWanted: engine.ensureAlive };
        const request = this.#request(candidate, candidate.marked || !recorded);
        return tearDown(request, effects, this.#signal).finally(() => watched.watch.close());
    }

    #request({ id }: Candidate, mayCleanUp: boolean): TeardownRequest {
        const { inputs, accountId } = this.#state;
        const { env } = this.#plugin.surroundings;
        return {
            ...wishesOf(inputs, id, env),
            dropletId: id,
            account: { kind: "recorded", id: accountId },
            approved: null,
            recorded: this.#plugin.lastWords.of(inputs.tag)?.droplets.get(id)?.recorded ?? [],
            requireTag: inputs.tag,
            mayCleanUp,
            gracefulShutdown: inputs.gracefulShutdown,
            retries: inputs.retries,
            timeoutMs: timeoutOf(inputs, env),
        };
    }

    async #refuse(droplet: Droplet, because: Objection): Promise<Ended> {
        const { tag, resourceUrn } = this.#state.inputs;
        if (because === "untagged") {
            // Whoever has it now may destroy it, and then nothing of theirs must be cleaned up.
            await this.#client.ownership.deleteTag(`${tag}:${droplet.id}:go`, this.#signal);
        }
        const { reason, advice } = refusalOf(because, droplet, tag, resourceUrn);
        const nowMs = this.#plugin.surroundings.clock.now();
        const facts = { dropletId: droplet.id, droplet, recorded: [], outcome: "refused" } as const;
        const report = untouchedReport(facts, `nothing was done to it: ${reason}`, nowMs);
        return { report, cause: new RefusedError(reason), advice };
    }

    /** Null: nothing of the executor is left in the account, or the token may not delete it. */
    async #forget(): Promise<TeardownError | null> {
        const { inputs } = this.#state;
        try {
            const api = this.#client.tidying;
            const lines = await forgetAll(inputs, this.#known, this.#leave, api, this.#signal);
            for (const line of lines) {
                await this.#plugin.narrate(inputs).announce(line);
            }
            return null;
        } catch (error) {
            if (error instanceof TeardownError && !(error instanceof AuthenticationError)) {
                return error;
            }
            throw error;
        }
    }

    #names(): ProgramNames {
        const { resourceName, dropletName = null } = this.#state.inputs;
        return { resourceName, dropletName };
    }
}

import type { Beginning, Client } from "./clients.js";
import { type Ended, untouchedReport } from "./conclude.js";
import { requestFor, type TeardownByTag } from "./inputs.js";
import {
    findCandidates,
    type FindingApi,
    findUntagged,
    forgetAll,
    type Found,
    mark,
} from "./ownership/registry.js";
import type { OwnershipApi } from "./ownership/tag-names.js";
import { type Candidate, judge, type Objection, type ProgramNames, refusalOf } from "./ownership/verdict.js";
import type { Plugin } from "./plugin.js";
import type { State } from "./state.js";
import { AuthenticationError, RefusedError, TeardownError } from "./teardown/errors.js";
import { tearDown, type TeardownRequest } from "./teardown/operation.js";
import { isSuccess } from "./teardown/report.js";
import type { AssociatedResource, Droplet } from "./teardown/model.js";
import { confirmSameAccount } from "./teardown/guards.js";

/** The list by tag, which serves as the read of the Droplet, then its status, its list, the destroy. */
const FIRST_REQUESTS = 4;

/** Result of a delete. */
export interface Executed {
    readonly ended: readonly Ended[];
    /** Everything is destroyed, but tags could not be deleted. */
    readonly tagTrouble: TeardownError | null;
}

/**
 * The delete of the teardown that a `Droplet` created: destroys every Droplet with its tag that the engine was
 * asked to delete, or that has no record. A Droplet that may be somebody else's is left alone and refused.
 */
export class Executor {
    readonly #state: State<TeardownByTag>;
    readonly #plugin: Plugin;
    readonly #client: Client;
    readonly #signal: AbortSignal;
    /** Returns whether it was the last of its stack. */
    readonly #leave: () => boolean;
    #known: readonly number[] = [];

    constructor(state: State<TeardownByTag>, plugin: Plugin, client: Client, signal: AbortSignal) {
        this.#state = state;
        this.#plugin = plugin;
        this.#client = client;
        this.#signal = signal;
        this.#leave = plugin.inFlight.enter(state.inputs.stackTag);
    }

    /** How the teardown of each Droplet ended, and errors with the tags afterwards. */
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

    /** @param beginning of the first, if nothing has waited since the candidates were read */
    async #destroyAll(
        candidates: readonly Candidate[],
        beginning: Beginning | null,
    ): Promise<readonly Ended[]> {
        const { tag } = this.#state.inputs;
        const verdicts = judge(candidates, tag, this.#names());
        const refused = verdicts.filter((verdict) => verdict.do === "refuse");
        // Only a person can decide about a copy, so it stops only itself; any other refusal could concern all of them.
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

    /** A token of another team sees nothing, which must not count as nothing being there. */
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

    /** Neither the tag nor its memory exists: perhaps the tag was never attached. */
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
            // From here on, an interrupted destroy can be found again.
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
        const { tag, gracefulShutdown, retries } = this.#state.inputs;
        return requestFor(id, this.#state, this.#plugin.surroundings.env, {
            recorded: this.#recorded(id),
            requireTag: tag,
            mayCleanUp,
            gracefulShutdown,
            retries,
        });
    }

    /** The inventory that the record reported for a Droplet. */
    #recorded(dropletId: number): readonly AssociatedResource[] {
        return this.#plugin.lastWords.of(this.#state.inputs.tag)?.droplets.get(dropletId)?.recorded ?? [];
    }

    async #refuse(droplet: Droplet, because: Objection): Promise<Ended> {
        const { tag, resourceUrn } = this.#state.inputs;
        if (because === "untagged") {
            // Its new owner may destroy it, and then nothing of theirs must be cleaned up.
            await this.#client.ownership.deleteTag(`${tag}:${droplet.id}:go`, this.#signal);
        }
        const { reason, advice } = refusalOf(because, droplet, tag, resourceUrn);
        const nowMs = this.#plugin.surroundings.clock.now();
        const recorded = this.#recorded(droplet.id);
        const facts = { dropletId: droplet.id, droplet, recorded, outcome: "refused" } as const;
        const report = untouchedReport(facts, `nothing was done to it: ${reason}`, nowMs);
        return { report, cause: new RefusedError(reason), advice };
    }

    /** Null: nothing of the executor is left in the account, or the token cannot delete it. */
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

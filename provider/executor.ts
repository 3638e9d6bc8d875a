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
import { RefusedError } from "./teardown/errors.js";
import { tearDown, type TeardownRequest } from "./teardown/operation.js";
import { isSuccess, type Report } from "./teardown/report.js";
import { RESOURCE_KINDS, type Droplet } from "./teardown/resource.js";
import { confirmSameAccount } from "./teardown/same-account.js";
import { timeoutOf, wishesOf } from "./wishes.js";

/** The list by the tag, which is the look at the Droplet, its status, its list, the destroy. */
const FIRST_REQUESTS = 4;

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

    constructor(state: State<TeardownByTag>, plugin: Plugin, client: Client, signal: AbortSignal) {
        this.#state = state;
        this.#plugin = plugin;
        this.#client = client;
        this.#signal = signal;
        this.#leave = plugin.inFlight.enter(state.inputs.stackTag);
    }

    async run(): Promise<readonly Ended[]> {
        try {
            await this.#plugin.surroundings.engine.ensureAlive();
            await this.#refuseOtherTeam();
            return await this.#findAndDestroy();
        } finally {
            this.#leave();
        }
    }

    async #findAndDestroy(): Promise<readonly Ended[]> {
        const beginning = await this.#client.begin(FIRST_REQUESTS, this.#signal);
        try {
            const { candidates, atOnce } = await this.#find(beginning.ownership);
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
        const ended = [...destroyed, ...(await Promise.all(copies))];
        if (ended.every(({ report }) => isSuccess(report))) {
            await this.#forget(candidates);
        }
        return ended;
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
        await this.#forget([]);
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
            ...wishesOf(inputs, env),
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
        const report = refusedReport(droplet, `nothing was done to it: ${reason}`, nowMs);
        return { report, cause: new RefusedError(reason), advice };
    }

    async #forget(candidates: readonly Candidate[]): Promise<void> {
        const { inputs } = this.#state;
        const ids = candidates.map(({ id }) => id);
        const api = this.#client.tidying;
        for (const line of await forgetAll(inputs, ids, this.#leave, api, this.#signal)) {
            await this.#plugin.narrate(inputs).announce(line);
        }
    }

    #names(): ProgramNames {
        const { resourceName, dropletName = null } = this.#state.inputs;
        return { resourceName, dropletName };
    }
}

function refusedReport(droplet: Droplet, error: string, nowMs: number): Report {
    return {
        dropletId: droplet.id,
        dropletName: droplet.name,
        dropletGone: false,
        dropletReason: null,
        dropletMonthlyPrice: droplet.monthlyPrice,
        destroyedAt: null,
        outcome: "refused",
        error,
        resources: [],
        unread: RESOURCE_KINDS,
        unmatchedKeep: [],
        rounds: 0,
        requests: 0,
        requestIds: [],
        startedAtMs: nowMs,
        finishedAtMs: nowMs,
    };
}

import { adviceFor, conclude, type Ended, untouchedReport } from "./conclude.js";
import type { Client } from "./clients.js";
import type { RecordInputs } from "./inputs.js";
import { mark, release } from "./ownership/registry.js";
import { carriesAnother } from "./ownership/verdict.js";
import type { Plugin } from "./plugin.js";
import { surviving } from "./sighting.js";
import { requestOfRecord, subjectOfRecord } from "./record.js";
import type { State } from "./state.js";
import { MissingTagError, RefusedError, TeardownError } from "./teardown/errors.js";
import { preflight } from "./teardown/round.js";
import { type Droplet, isWithin, sameResource } from "./teardown/model.js";
import { confirmSameAccount, hasTag, refuseWithoutTag } from "./teardown/guards.js";

/**
 * The delete of a record, while state is complete: refuses whatever its executor would refuse, or marks the
 * Droplet as one that the engine was asked to delete.
 * @throws StackError if the Droplet must not be destroyed
 */
export async function askToLetGo(state: State<RecordInputs>, plugin: Plugin): Promise<void> {
    const { inputs } = state;
    const { dropletId, resourceUrn } = inputs;
    const { declarations, surroundings } = plugin;
    if (declarations.isReplaced(resourceUrn)) {
        return;
    }
    declarations.withdraw(dropletId, resourceUrn);
    const other = declarations.another(dropletId, resourceUrn);
    await surroundings.engine.ensureAlive();
    const refused = await plugin
        .work(inputs, subjectOfRecord(state), (client, signal) =>
            other === undefined
                ? new Request(state, plugin, client, signal).send()
                : letGo(state, plugin, client, signal),
        )
        .catch((error: unknown) => untouched(state, null, error, plugin));
    const narrator = plugin.narrate(inputs);
    if (refused !== null) {
        const place = plugin.place(inputs, state.accountId);
        await conclude([refused], place, resourceUrn, narrator, surroundings);
    } else if (other !== undefined) {
        await narrator.announce(`droplet ${dropletId} is left alone: ${other} declares it as well`);
    }
}

/** Another resource of the program now declares it. */
async function letGo(
    { inputs: { tag, dropletId } }: State<RecordInputs>,
    { lastWords }: Plugin,
    { ownership }: Client,
    signal: AbortSignal,
): Promise<null> {
    await release(tag, dropletId, ownership, signal);
    lastWords.released(tag, dropletId);
    return null;
}

/** Reports an error like a destroy does: with the Droplet, its cost and what to do next. */
function untouched(
    { inputs, inventory }: State<RecordInputs>,
    droplet: Droplet | null,
    cause: unknown,
    { surroundings: { clock } }: Plugin,
): Ended {
    if (!(cause instanceof TeardownError)) {
        throw cause;
    }
    const outcome = cause instanceof RefusedError ? "refused" : "failed";
    const facts = { dropletId: inputs.dropletId, droplet, recorded: inventory, outcome } as const;
    const report = untouchedReport(facts, cause.message, clock.now());
    const advice =
        cause instanceof MissingTagError
            ? untaggedAdvice(inputs, cause.tag)
            : adviceFor(report, inputs.resourceUrn, cause);
    return { report, cause, advice };
}

/** The request to release a Droplet. */
class Request {
    constructor(
        private readonly state: State<RecordInputs>,
        private readonly plugin: Plugin,
        private readonly client: Client,
        private readonly signal: AbortSignal,
    ) {}

    /** Null: it is granted. */
    async send(): Promise<Ended | null> {
        const droplet = await this.#find();
        try {
            await (droplet === null ? this.#gone() : this.#ask(droplet));
        } catch (error) {
            if (error instanceof RefusedError) {
                return untouched(this.state, droplet, error, this.plugin);
            }
            throw error;
        }
        await this.#tellPredecessors();
        return null;
    }

    /** A single 404 is not believed: without a mark, a Droplet that does exist could only be refused later. */
    async #find(): Promise<Droplet | null> {
        const { api } = this.client;
        const { dropletId } = this.state.inputs;
        return (await api.droplet(dropletId, this.signal)) ?? api.droplet(dropletId, this.signal);
    }

    /** It may have been somebody else's at its end, so it is not marked: its leftovers are only reported. */
    async #gone(): Promise<void> {
        const { inputs, accountId, inventory } = this.state;
        await confirmSameAccount({ kind: "recorded", id: accountId }, this.client.api, this.signal);
        this.plugin.lastWords.asked(inputs.tag, inputs.dropletId, { marked: false, recorded: inventory });
    }

    async #ask(droplet: Droplet): Promise<void> {
        const { inputs, inventory } = this.state;
        const { dropletId, tag, enabled } = inputs;
        if (hasTag(droplet, tag)) {
            const { api, ownership } = this.client;
            const request = requestOfRecord(this.state, this.plugin);
            const { destroy, keep } = await preflight(droplet, request, api, this.signal);
            const more = [...destroy, ...keep].filter((one) => !isWithin([one], inventory));
            await mark(tag, dropletId, ownership, this.signal);
            this.plugin.lastWords.asked(tag, dropletId, { marked: true, recorded: [...inventory, ...more] });
        } else if (carriesAnother(droplet, tag)) {
            // It is another executor's: only what it leaves, should it be gone by then, is reported.
            this.plugin.lastWords.asked(tag, dropletId, { marked: false, recorded: inventory });
        } else if (enabled) {
            refuseWithoutTag(droplet, tag);
        }
    }

    /** Leftovers of predecessors are accounted for once, with the predecessors. */
    async #tellPredecessors(): Promise<void> {
        const { inputs, predecessors } = this.state;
        const { tag, dropletId } = inputs;
        const { lastWords } = this.plugin;
        const { snapshots } = await surviving(predecessors, this.client.api, this.signal);
        const said = lastWords.of(tag)?.droplets.get(dropletId);
        if (said !== undefined) {
            const own = said.recorded.filter((known) => !snapshots.some((one) => sameResource(one, known)));
            lastWords.asked(tag, dropletId, { ...said, recorded: own });
        }
        for (const predecessor of predecessors) {
            lastWords.asked(tag, predecessor, { marked: true, recorded: [] });
        }
    }
}

function untaggedAdvice({ dropletId, imported, resourceUrn }: RecordInputs, tag: string): string[] {
    const executor = resourceUrn?.replace(":DropletRecord::", ":DropletTeardown::") ?? "<urn>";
    return [
        ...(imported ? ["It was imported: `pulumi up` puts the tag on; then repeat this command."] : []),
        "To hand it back to the official provider, run `pulumi up` with `teardown: { enabled: false }` first (under `tearDownDroplets`: with `handBack: true` in its rule, or with `enabled: false` for all).",
        `To keep it, \`pulumi state delete '${executor}' --target-dependents\` takes it out of the stack; then repeat this command.`,
        `To destroy it, \`doctl compute droplet tag ${dropletId} --tag-name ${tag}\` puts the tag back; then repeat this command.`,
    ];
}

import { ungrouped } from "../../../provider/stored/inputs.js";
import type { HistoryEntry, Simulator } from "../../../simulator/index.js";
import { isOfAll, type Run } from "../life.js";
import type { Declared, Program } from "../program.js";
import type { InState, Ran } from "../stack.js";
import { parseName } from "../urn.js";

export const OURS = "pulumi-droplet-teardown/";
export const EXECUTOR_TAG = /^teardown-[0-9a-f]{16}$/;
const MARK = /^(teardown-[0-9a-f]{16}):(\d+):(?:go|alone)$/;
const ALONE = /^(teardown-[0-9a-f]{16}):(\d+):alone$/;
export const EXECUTOR = "pulumi-nodejs:dynamic/droplet-teardown:DropletTeardown";
export const RECORD = "pulumi-nodejs:dynamic/droplet-teardown:DropletRecord";
export const DROPLET = "digitalocean:index/droplet:Droplet";
const VOLUME = "digitalocean:index/volume:Volume";
const ADDRESS = "digitalocean:index/reservedIp:ReservedIp";

/** What a program wishes for what belongs to a Droplet. */
export type Wish = Pick<Declared, "policy" | "keep" | "finalSnapshot">;

/** A thing that belongs, or belonged, to a Droplet. */
export interface Thing {
    readonly kind: "reserved_ip" | "snapshot" | "volume" | "volume_snapshot";
    /** As in the associated list. */
    readonly id: string;
    readonly name: string;
    /** Of a volume's snapshot. */
    readonly volumeId: string | null;
    /** Droplets that it has ever belonged to. */
    readonly on: Set<number>;
    /** When it was first seen. */
    readonly sinceMs: number;
}

/** What has happened in a life: the simulator's own record of it, and what programs have wished for. */
export class Chronicle {
    readonly #simulator: Simulator;
    /** Tags of executors that each Droplet has ever carried. */
    readonly tags = new Map<number, Set<string>>();
    readonly names = new Map<number, string>();
    readonly things = new Map<string, Thing>();
    /** The names of the executors of each tag, and of the teardowns by id, by the tag or "id <Droplet>". */
    readonly #executors = new Map<string, Set<string>>();
    /** What may be in force for each executor, by name: what the last successful `up` was given, and what later ones. */
    readonly wishes = new Map<string, readonly Wish[]>();
    /** Names of Droplets that are, or were, retained by their program. */
    readonly retained = new Set<string>();
    /** What the stack manages, or has managed, as its Droplets and teardowns name it: what an attachment of its own attaches is not. */
    readonly managed = new Set<string>();
    /** Volumes and addresses (by ip) that the stack has, or has had, as resources: these delete them, or lose them. */
    readonly owned = new Set<string>();
    /** Volumes of the stack that its Droplets have in `volumeIds`, whatever their teardowns were told. */
    readonly listed = new Set<string>();
    /** Tags of executors that have been in a state: of one whose create was cut short, nothing knows. */
    readonly stored = new Set<string>();
    /** Tags of executors that somebody took out of the state: nobody deletes them. */
    readonly abandoned = new Set<string>();
    /** Of the same, and of teardowns by id, their expiries. */
    readonly abandonedExpiries = new Set<string>();
    /** What replaced Droplets left, in the words of the `up` that replaced them, with their ids: until it is reported. */
    readonly leftBehind = new Map<string, number>();
    /** Everything that people were told. */
    told = "";

    /** Names of Droplets that their program has handed back, or has as official ones. */
    readonly handedBack = new Set<string>();
    /** Droplets that an `up` with targets has made or changed, without its record, until one of everything succeeds. */
    readonly partly = new Set<number>();
    /** Droplets that an `up` with targets has made with the token of another team than their teardown's: nobody has compared the teams. */
    readonly outOfReach = new Set<number>();
    /** Droplets whose update has failed: the official provider takes it for done, and tags may still be there. */
    readonly unsure = new Set<number>();
    /** Droplets that somebody took out of the state, and that are not in it again. */
    readonly takenOut = new Set<number>();
    /** Droplets that a tag marked for their destroy before the last run began. */
    marked: ReadonlySet<number> = new Set();
    /** Those of them that were marked as replaced. */
    alone: ReadonlySet<number> = new Set();
    /** Such marks, where the state still has the Droplet as the recorded one: an `up` that was cut short has made them. */
    readonly unasked = new Set<string>();
    /** Droplets that have been in a state as resources. */
    readonly managedDroplets = new Set<number>();
    /** Whether a run has not come to its end: then there may be tags that no state knows. */
    isCutShort = false;
    /** Droplets that a record has ever had: of any other, an `up` that was cut short cannot be told from somebody's edit. */
    readonly recorded = new Set<number>();
    /** Droplets that somebody has taken out of our hands, with their names before them. */
    readonly freed: Set<number>;
    /** Droplets that somebody has taken their expiry off, until an `up` changes them. */
    readonly rescued: Set<number>;
    /** Those that an `up` has changed since, but not their teardown: it may have put on other missing tags alone. */
    readonly perhapsRescued = new Set<number>();

    readonly #now: () => number;
    /** Tags of executors that have marked each Droplet, or for which somebody has. */
    readonly #marks = new Map<number, Set<string>>();
    /** What the last `up` was given. */
    #given: readonly (Wish & { readonly name: string })[] = [];
    /** Tags of executors that another team's token has made. */
    readonly otherTeams = new Set<string>();
    /** Droplets that there were before the last run began. */
    #earlier: ReadonlySet<number> = new Set();

    /** @param now by DigitalOcean's clock */
    constructor(
        simulator: Simulator,
        now: () => number,
        { freed, rescued }: { readonly freed: Set<number>; readonly rescued: Set<number> },
    ) {
        this.#simulator = simulator;
        this.#now = now;
        this.freed = freed;
        this.rescued = rescued;
    }

    /** To be called at each request, so that nothing comes and goes unseen. */
    look(): void {
        const { droplets, volumes, reservedIps, snapshots } = this.#simulator.state();
        for (const { id, name, tags, associated } of droplets) {
            this.names.set(id, name);
            const known = this.tags.get(id) ?? new Set();
            tags.filter((tag) => EXECUTOR_TAG.test(tag)).forEach((tag) => known.add(tag));
            this.tags.set(id, known);
            for (const one of associated) {
                this.things.get(one)?.on.add(id);
            }
        }
        const note = (thing: Omit<Thing, "on" | "sinceMs">): void => {
            if (!this.things.has(thing.id)) {
                const on = droplets.filter(({ associated }) => associated.includes(thing.id));
                this.things.set(thing.id, {
                    ...{ ...thing, sinceMs: this.#now() },
                    on: new Set(on.map(({ id }) => id)),
                });
            }
        };
        volumes.forEach(({ id, name }) => note({ kind: "volume", id, name, volumeId: null }));
        reservedIps.forEach(({ associatedId: id, address: name }) =>
            note({ kind: "reserved_ip", id, name, volumeId: null }),
        );
        snapshots.forEach(({ id, name, resourceType, resourceId }) => {
            const isOfVolume = resourceType === "volume";
            const kind = isOfVolume ? "volume_snapshot" : "snapshot";
            note({ kind, id, name, volumeId: isOfVolume ? resourceId : null });
        });
    }

    /** What we have destroyed since the history was so long. */
    destroyedByUs(before: readonly HistoryEntry[]): HistoryEntry[] {
        return this.#simulator
            .history()
            .filter(({ by }, index) => by?.startsWith(OURS) === true && before[index]?.by == null);
    }

    /** A run begins, with a program. */
    begins(program: Program, state: readonly InState[], { run, runProgram }: Run): void {
        this.#noteState(state);
        this.marked = new Set(this.#markedBy(MARK).map(([, id]) => id));
        this.alone = new Set(this.#markedBy(ALONE).map(([, id]) => id));
        this.#markedBy(MARK).forEach(([tag, id]) =>
            this.#marks.set(id, (this.#marks.get(id) ?? new Set()).add(tag)),
        );
        state
            .filter(({ type, inputs }) => type === RECORD && this.alone.has(Number(inputs.dropletId)))
            .forEach(({ inputs }) => {
                this.unasked.add(`${String(inputs.tag)}:${String(inputs.dropletId)}:alone`);
            });
        this.#earlier = new Set(this.names.keys());
        if (run === "up" || runProgram === true) {
            program.droplets
                .filter(({ option }) => option === "retained")
                .forEach(({ name }) => this.retained.add(name));
        }
        if (run !== "up") {
            return;
        }
        program.droplets
            .filter(({ kind }) => kind !== "ours" && kind !== "covered")
            .forEach(({ name }) => this.handedBack.add(name));
        this.#given = [...program.droplets.filter(({ kind }) => kind !== "official"), ...program.bare];
        for (const { name, policy, keep, finalSnapshot } of this.#given) {
            const wish = { policy, keep, finalSnapshot };
            this.wishes.set(name, [...(this.wishes.get(name) ?? []), wish]);
        }
        program.bare.forEach(({ name, dropletId }) => this.#nameExecutor(`id ${dropletId}`, name));
    }

    ended({ text, calls, ended }: Ran, state: readonly InState[], run: Run): void {
        this.look();
        this.told += `\n${text}`;
        this.isCutShort ||= ended !== "well";
        this.#noteState(state);
        for (const { method, urn, id, answer } of calls) {
            if (method === "update" && urn.includes(`::${DROPLET}::`) && text.includes(`updating ${urn}`)) {
                this.unsure.add(Number(id));
            }
            if (urn.includes(`${EXECUTOR}::`) && typeof answer?.tag === "string") {
                this.#nameExecutor(answer.tag, parseName(urn));
            }
            if (run.otherTeam === true && method === "create" && typeof answer?.tag === "string") {
                this.otherTeams.add(answer.tag);
            }
        }
        if (run.run === "up" && !isOfAll(run)) {
            this.#noteTargeted(calls, run);
        }
        // What was before an `up` of everything is forgotten, but what it has not been given has left with the state's.
        if (run.run === "up" && ended === "well" && isOfAll(run)) {
            this.#given.forEach(({ name }) => this.wishes.set(name, this.wishes.get(name)?.slice(-1) ?? []));
            this.partly.clear();
        }
    }

    /** An `up` has left something out. */
    #noteTargeted(calls: Ran["calls"], { otherTeam }: Run): void {
        const { droplets } = this.#simulator.state();
        const made = droplets.flatMap(({ id }) => (this.#earlier.has(id) ? [] : [id]));
        const changed = calls.flatMap(({ method, urn, id }) =>
            method === "update" && urn.includes(`::${DROPLET}::`) ? [Number(id)] : [],
        );
        // An update has put the tag of an executor on that another team's token has made.
        const isOutOfReach = ({ id, tags }: (typeof droplets)[number]): boolean =>
            (otherTeam === true && made.includes(id)) || tags.some((tag) => this.otherTeams.has(tag));
        droplets
            .filter((droplet) => [...made, ...changed].includes(droplet.id) && isOutOfReach(droplet))
            .forEach(({ id }) => this.outOfReach.add(id));
        const ofRecords = calls.filter(({ urn }) => urn.includes(RECORD));
        const failed = ofRecords.filter(({ method, answer }) => method !== "check" && answer === null);
        const recorded = new Set(
            ofRecords
                .filter(({ method, urn }) => method === "check" && failed.every((one) => one.urn !== urn))
                .map(({ props }) => Number(props.dropletId)),
        );
        [...made, ...changed].filter((id) => !recorded.has(id)).forEach((id) => this.partly.add(id));
    }

    /**
     * Somebody has changed the state by a command.
     * @param isOwnIdea nobody has said so: whoever takes a teardown or a Droplet out of the state knows what it had
     */
    edited(before: readonly InState[], after: readonly InState[], isOwnIdea: boolean): void {
        // Who takes a record out of the state takes away what it knows.
        const records = (state: readonly InState[]): number =>
            state.filter(({ type }) => type === RECORD).length;
        if (records(after) < records(before)) {
            this.leftBehind.clear();
        }
        const dropletsIn = (state: readonly InState[]): number[] =>
            state.flatMap(({ type, id }) => (type === DROPLET ? [Number(id)] : []));
        const kept = dropletsIn(after);
        const out = dropletsIn(before).filter((id) => !kept.includes(id));
        out.forEach((id) => isOwnIdea && this.takenOut.add(id));
        const left = new Set(after.flatMap(({ type, inputs }) => (type === EXECUTOR ? [inputs.tag] : [])));
        const remaining = new Set(after.map(({ outputs }) => ungrouped(outputs).expiryTag));
        before.forEach(({ type, outputs }) => {
            const { expiryTag } = ungrouped(outputs);
            if (type === EXECUTOR && typeof expiryTag === "string" && !remaining.has(expiryTag)) {
                this.abandonedExpiries.add(expiryTag);
            }
        });
        before.forEach(({ type, inputs: { tag } }) => {
            if (type === EXECUTOR && typeof tag === "string" && !left.has(tag)) {
                this.abandoned.add(tag);
                const its = [...this.tags].filter(([, tags]) => tags.has(tag));
                its.forEach(([id]) => isOwnIdea && this.freed.add(id));
            }
        });
    }

    /** Names of the executors that a Droplet has, or had. */
    executorsFor(dropletId: number): Set<string> {
        const tags = [...(this.tags.get(dropletId) ?? []), ...(this.#marks.get(dropletId) ?? [])];
        const keys = [...tags, `id ${dropletId}`];
        return new Set(keys.flatMap((key) => [...(this.#executors.get(key) ?? [])]));
    }

    #nameExecutor(key: string, name: string): void {
        this.#executors.set(key, (this.#executors.get(key) ?? new Set()).add(name));
    }

    /** Executors' tags and Droplets, of the marks that there are. */
    #markedBy(mark: RegExp): (readonly [string, number])[] {
        return this.#simulator.state().tags.flatMap(({ name }) => {
            const [, tag, id] = mark.exec(name) ?? [];
            return tag === undefined ? [] : [[tag, Number(id)] as const];
        });
    }

    #noteState(state: readonly InState[]): void {
        const volumes = new Set(state.flatMap((one) => (one.type === VOLUME ? [one.id] : [])));
        for (const { type, urn, id, inputs } of state) {
            if (type === DROPLET) {
                this.managedDroplets.add(Number(id));
                this.takenOut.delete(Number(id));
            }
            if (type === EXECUTOR && typeof inputs.tag === "string") {
                this.#nameExecutor(inputs.tag, parseName(urn));
            }
            if (type === EXECUTOR && typeof inputs.tag === "string") {
                this.stored.add(inputs.tag);
            }
            if (type === VOLUME || type === ADDRESS) {
                this.owned.add(id);
            }
            if (type === RECORD && inputs.dropletId !== undefined) {
                this.recorded.add(Number(inputs.dropletId));
            }
            const { managed } = ungrouped(inputs);
            if (Array.isArray(managed)) {
                managed.forEach((one) => this.managed.add(String(one)));
            }
            if (type === DROPLET && Array.isArray(inputs.volumeIds)) {
                const own = inputs.volumeIds.map(String).filter((one) => volumes.has(one));
                own.forEach((one) => this.listed.add(one));
            }
        }
    }
}

import { findExecutor, type Scene } from "./people.js";
import { dropletName, OTHER_EXECUTOR, type Thing } from "./things.js";
import {
    type Doing,
    isByAge,
    isSweep,
    type Kind,
    type Policy,
    stateFor,
    type Word,
    type World,
} from "./world.js";

/** What a run has printed to go on with. */
export interface Advice {
    /** Of a stack, the value of DROPLET_TEARDOWN_KEEP. */
    readonly command: string;
    /** What it leaves besides, by ids or addresses. */
    readonly leaves: readonly string[];
    /** The Droplet of which it takes what a destroy was to take, whatever the world's policy says; null: none. */
    readonly finishes: number | null;
}

/** Ids that a run was told of, by Droplet: by everything, and by the statuses of its destroy. */
type ToldIds = Readonly<Record<"shown" | "named", ReadonlyMap<number, ReadonlySet<string>>>>;

export interface LivingDroplet {
    readonly name: string;
    readonly tags: readonly string[];
    readonly has: readonly string[];
    /** They may be listed as snapshots, and go with it in any case. */
    readonly backups: readonly string[];
    readonly isOff: boolean;
    /** Types of the actions that are in progress. */
    readonly actions: readonly string[];
}

/** How things stand at one moment, by the simulator's own record. */
export interface Facts {
    /** Living Droplets. */
    readonly droplets: ReadonlyMap<number, LivingDroplet>;
    /** Living volumes and addresses, and the Droplet that each hangs on. */
    readonly hangsOn: ReadonlyMap<string, number | null>;
    readonly tags: ReadonlySet<string>;
    readonly alive: ReadonlySet<string>;
    /** Of these, addresses that have another id by now: what had this one is gone, and was handed out again. */
    readonly handedOut: ReadonlySet<string>;
    /** What everything that lives costs a month, in cents, by its id. */
    readonly billed: ReadonlyMap<string, number>;
    /** What each living snapshot is called. */
    readonly names: ReadonlyMap<string, string>;
    /** What the last destroy of each Droplet names. */
    readonly named: ReadonlyMap<number, readonly string[]>;
}

const PROPERTY = {
    reserved_ip: "reservedIps",
    snapshot: "snapshots",
    volume: "volumes",
    volume_snapshot: "volumeSnapshots",
} as const satisfies Record<Kind, keyof Policy>;

type Matcher = (thing: Thing) => boolean;

/** What is wished for the things of a Droplet. */
interface Wishes {
    readonly policy: Policy;
    readonly named: readonly Matcher[];
}

/** Says what may be destroyed, and what must be. It knows the world's wishes, and nothing of how they are met. */
export class Oracle {
    readonly world: World;
    readonly scene: Scene;
    /** Droplets that each thing has ever belonged to. */
    readonly everOn = new Map<string, Set<number>>();
    /** What each Droplet had when it was last seen alive. */
    readonly lastHad = new Map<number, readonly string[]>();
    /** What a destroy of a Droplet has named, whoever asked for it. */
    readonly claimed = new Set<string>();
    /** Snapshots that were to go under any name that they have had. */
    readonly everToGo = new Set<string>();
    /** Droplets that the command line has ever had reason to select by their tag. */
    readonly everSelected = new Set<number>();
    /** Droplets that the engine has ever been asked to let go. */
    readonly everMarked = new Set<number>();
    /** Droplets from which somebody has ever taken the tag by which they are found. */
    readonly everUntagged = new Set<number>();
    /** Whether this process is a command that an earlier one has printed. */
    isResumed = false;
    /** What this process leaves because an earlier one has said how. */
    #left: ReadonlySet<string> = new Set();
    /** The Droplet of which this process takes everything else. */
    #finishes: number | null = null;
    /** What a person has been shown before the question, and whether it was answered as asked; null: nobody is asked. */
    consent: { readonly shown: string; readonly isGiven: boolean } | null = null;

    /** The keep-lists as they were written at the beginning. */
    readonly keep: readonly string[];
    readonly keepInEnvironment: readonly string[];
    readonly #wishes: { readonly first: Wishes; readonly others: Wishes };
    readonly #managed: ReadonlySet<string>;

    constructor(world: World, scene: Scene) {
        this.world = world;
        this.scene = scene;
        this.keep = scene.things.entries(world.keep);
        this.keepInEnvironment = scene.things.entries(world.keepInEnvironment);
        const named = [...this.keep, ...this.keepInEnvironment].map(toMatcher);
        const first = { policy: world.policy, named };
        const { file } = world;
        const own = file === null ? [] : scene.things.entries(file.keep).map(toMatcher);
        const others = file === null ? first : { policy: file.policy, named: [...named, ...own] };
        this.#wishes = { first, others };
        this.#managed = new Set(world.managed.flatMap((ref) => scene.things.nth(ref)?.id ?? []));
    }

    /** Takes notes of how things stand. */
    facts(): Facts {
        const { volumes, reservedIps, snapshots, tags, destroys, ...all } =
            this.scene.things.simulator.state();
        const droplets = all.droplets.filter(({ id }) => this.scene.things.droplets.includes(id));
        const { selectedTag } = this.scene;
        for (const { id, associated, tags: own } of droplets) {
            if (selectedTag !== null && own.includes(selectedTag)) {
                this.everSelected.add(id);
            }
            const executorTag = findExecutor(this.scene, id);
            if (executorTag !== null && !own.includes(executorTag)) {
                this.everUntagged.add(id);
            }
            this.lastHad.set(id, associated);
            associated.forEach((one) => {
                this.everOn.set(one, (this.everOn.get(one) ?? new Set()).add(id));
            });
        }
        for (const { id, name, resourceId, resourceType, backup } of snapshots) {
            const thing = this.thing(id);
            if (thing !== undefined && this.wordFor({ ...thing, name }) === "destroy") {
                this.everToGo.add(id);
            }
            if (resourceType === "droplet" && !backup) {
                this.everOn.set(id, (this.everOn.get(id) ?? new Set()).add(Number(resourceId)));
            }
        }
        for (const id of this.scene.things.droplets) {
            if (tags.some(({ name }) => name === `${findExecutor(this.scene, id)}:${id}:go`)) {
                this.everMarked.add(id);
            }
        }
        // An address is the same one under every id that it has had.
        const addresses = reservedIps.flatMap((one) =>
            this.scene.things.findIds(one.address).map((id) => [id, one] as const),
        );
        const hangsOn = new Map([
            ...volumes.map(({ id, dropletId }) => [id, dropletId] as const),
            ...addresses.map(([id, { dropletId }]) => [id, dropletId] as const),
        ]);
        return {
            droplets: new Map(
                droplets.map(({ id, name, tags: own, associated: has, status, actions }) => {
                    const ofIt = snapshots.filter((one) => one.backup && one.resourceId === String(id));
                    const backups = ofIt.map((one) => one.id);
                    return [id, { name, tags: own, has, backups, isOff: status === "off", actions }] as const;
                }),
            ),
            hangsOn,
            names: new Map(snapshots.map(({ id, name }) => [id, name])),
            named: new Map(destroys.map(({ dropletId, resources }) => [dropletId, resources])),
            tags: new Set(tags.map(({ name }) => name)),
            billed: new Map([
                ...[...droplets, ...volumes, ...snapshots].map(
                    (one) => [String(one.id), toCents(one)] as const,
                ),
                ...addresses.map(([id, one]) => [id, toCents(one)] as const),
            ]),
            alive: new Set([...hangsOn.keys(), ...snapshots.map(({ id }) => id)]),
            handedOut: new Set(
                addresses.filter(([id, { associatedId }]) => id !== associatedId).map(([id]) => id),
            ),
        };
    }

    /** What running destroys of other Droplets name. */
    goingBeside(dropletId: number): readonly string[] {
        return this.scene.things.simulator
            .state()
            .destroys.filter((one) => !one.completed && one.dropletId !== dropletId)
            .flatMap(({ resources }) => resources);
    }

    /** Somebody's destroy names what it takes. */
    claim(what: Doing["what"]): void {
        if (what.do !== "destroy") {
            return;
        }
        const droplet = this.scene.things.droplet(what.of);
        this.everOn.forEach((on, id) => {
            const kind = this.thing(id)?.kind;
            if (on.has(droplet) && kind !== undefined && !what.but.includes(kind)) {
                this.claimed.add(id);
            }
        });
    }

    /** Whether a Droplet is one that may be destroyed at all. */
    isOurs(dropletId: number): boolean {
        const { droplets } = this.scene.things;
        const isFurnished = droplets.slice(0, this.world.ours).includes(dropletId);
        const isNamed = this.#hasTwin && droplets.indexOf(dropletId) === this.world.ours;
        return isFurnished || isNamed || this.everSelected.has(dropletId);
    }

    /** Whether a name that the command line gives is that of two Droplets. */
    get #hasTwin(): boolean {
        const { surface, select, names } = this.world;
        return surface === "command line" && select === "name" && names.startsWith("twin");
    }

    isAmbiguous({ droplets }: Facts): boolean {
        const { things } = this.scene;
        const isThere = (nth: number): boolean => droplets.has(things.droplets[nth] ?? 0);
        return this.#hasTwin && !this.isResumed && isThere(0) && isThere(this.world.ours);
    }

    /**
     * This process does as another one has said.
     * @param told what that one was told
     */
    follow(advice: Advice | null, told: ToldIds): void {
        const { leaves = [], finishes = null } = advice ?? {};
        const { things } = this.scene;
        const goes = (): void =>
            things
                .all()
                .filter((one) => this.wordFor(one) === "destroy")
                .forEach(({ id }) => this.everToGo.add(id));
        const isSame = finishes !== null && finishes === this.#finishes;
        const unnamed = isSame
            ? this.#left
            : [...(told.shown.get(finishes ?? 0) ?? [])].filter(
                  (id) => told.named.get(finishes ?? 0)?.has(id) !== true,
              );
        this.#left = new Set();
        this.#finishes = null;
        if (advice === null) {
            return;
        }
        goes();
        this.#left = new Set([...leaves.flatMap((key) => things.named(key)?.id ?? []), ...unnamed]);
        this.#finishes = finishes;
        goes();
    }

    /**
     * What is wished for a thing.
     * @param of whose it is; null: whichever of its Droplets wishes most
     */
    wordFor(thing: Thing, of: number | null = null): Word {
        const words = this.#wishesFor(thing, of).map((wishes) => this.#wordBy(wishes, thing));
        return words.find((word) => word === "destroy") ?? words[0] ?? "keep";
    }

    #wishesFor({ id }: Thing, of: number | null): readonly Wishes[] {
        const { first, others } = this.#wishes;
        const [firstDroplet] = this.scene.things.droplets;
        const owners = of === null ? [...(this.everOn.get(id) ?? [])] : [of];
        return this.world.file === null
            ? [first]
            : owners.map((owner) => (owner === firstDroplet ? first : others));
    }

    #wordBy({ policy, named }: Wishes, thing: Thing): Word {
        const isNamed = this.isManaged(thing) || named.some((matches) => matches(thing));
        if (this.#left.has(thing.id) || isFinal(thing)) {
            return "keep";
        }
        if (this.#finishes !== null) {
            return "destroy";
        }
        if (isNamed) {
            return "keep";
        }
        const owner = this.scene.things.ownerVolume.get(thing.id);
        if (owner !== undefined && policy.volumeSnapshots === undefined) {
            const volume = this.scene.things.of("volume").find(({ id }) => id === owner);
            if (volume !== undefined && this.#wordBy({ policy, named }, volume) === "keep") {
                return "keep";
            }
        }
        return policy[PROPERTY[thing.kind]] ?? policy.default;
    }

    /** Another resource of the stack deletes it. */
    isManaged(thing: Thing): boolean {
        return this.#managed.has(thing.id);
    }

    thing(id: string): Thing | undefined {
        return this.scene.things.thing(id);
    }

    /** Why a Droplet must not be destroyed, whatever it has; null where it may. */
    objectionToDroplet(dropletId: number, facts: Facts): string | null {
        const droplet = facts.droplets.get(dropletId);
        if (droplet === undefined) {
            // It is gone: to ask for it does no harm.
            return null;
        }
        if (!this.isOurs(dropletId)) {
            const isTaken = this.mayBeTheOnlyOne(dropletId, facts) || this.hasOutlived(dropletId, facts);
            return isTaken ? null : "it is not ours";
        }
        if (this.#finishes === dropletId && facts.named.has(dropletId)) {
            return null;
        }
        if (this.isAmbiguous(facts)) {
            return "another droplet has that name";
        }
        if (!this.isChosen(dropletId)) {
            return "it is too young, or no policy is for it";
        }
        const executorTag = findExecutor(this.scene, dropletId);
        if (droplet.tags.includes(OTHER_EXECUTOR) && executorTag !== null) {
            return "it is another executor's";
        }
        for (const tag of [executorTag, ...this.#requiredTags(dropletId, facts)]) {
            if (tag !== null && !droplet.tags.includes(tag)) {
                return `it lacks the tag ${tag}`;
            }
        }
        const nth = this.scene.things.droplets.indexOf(dropletId);
        const isEdited = stateFor(this.world, nth) === "edited";
        if (executorTag !== null && isEdited && !this.everMarked.has(dropletId)) {
            return "nobody has asked for it";
        }
        return null;
    }

    /** Whether it is old enough where only such go, and has a policy where these are in a file. */
    isChosen(dropletId: number): boolean {
        const { ours, file } = this.world;
        const nth = this.scene.things.droplets.indexOf(dropletId);
        return !(isByAge(this.world) && nth > ours) && !(file !== null && nth >= ours);
    }

    /** To select by a tag, or by an expiry, is over once a destroy has begun: what resumes it names its Droplet. */
    #requiredTags(dropletId: number, { named }: Facts): readonly (string | null)[] {
        const { guardTag, selectedTag } = this.scene;
        return this.isResumed && named.has(dropletId) ? [this.guardTag] : [guardTag, selectedTag];
    }

    get guardTag(): string | null {
        return this.isResumed && isSweep(this.world) ? null : this.scene.guardTag;
    }

    /** Whether this process leaves alone what a Droplet that is gone has left: it may have been let go by then. */
    get isGuarded(): boolean {
        return this.guardTag !== null || (!this.isResumed && isByAge(this.world));
    }

    /**
     * Whether a retry of a Droplet's last destroy would take something that is not to go, or leave something that
     * hangs on it and is. Somebody's destroy may name other things, and so may ours where it read less than there is.
     * Where nothing goes with the Droplet, it needs no retry.
     */
    wouldRetryOther(dropletId: number, facts: Facts): boolean {
        const { droplets, named, alive, hangsOn } = facts;
        const goes = (id: string): boolean => this.wordForId(id, facts, dropletId) === "destroy";
        const all = droplets.get(dropletId)?.has ?? [];
        const has = all.filter((id) => this.thing(id)?.kind !== "snapshot");
        const repeated = named.get(dropletId)?.filter((id) => alive.has(id));
        if (repeated === undefined || !all.some(goes)) {
            return false;
        }
        return (
            has.some((id) => goes(id) && !repeated.includes(id)) ||
            repeated.some((id) => !goes(id) || (hangsOn.get(id) ?? dropletId) !== dropletId)
        );
    }

    /**
     * Whether a thing has been on several of our Droplets: what one's report calls kept, the teardown of another in
     * the same command may take as its own a moment later. An address is the same one under every id.
     */
    isShared(id: string): boolean {
        const { things } = this.scene;
        const thing = this.thing(id);
        const ids = thing?.kind === "reserved_ip" ? things.findIds(thing.name) : [id];
        const on = new Set(ids.flatMap((one) => [...(this.everOn.get(one) ?? [])]));
        return [...on].filter((dropletId) => this.isOurs(dropletId)).length > 1;
    }

    /** Whether a final snapshot of a Droplet exists. */
    hasFinal(dropletId: number, { alive, names }: Facts): boolean {
        return this.scene.things
            .of("snapshot")
            .some(
                (thing) =>
                    isFinal({ ...thing, name: names.get(thing.id) ?? thing.name }) &&
                    alive.has(thing.id) &&
                    this.everOn.get(thing.id)?.has(dropletId) === true,
            );
    }

    /** By the name that it had then. */
    wordForId(id: string, { names }: Facts, of: number): Word {
        const thing = this.thing(id);
        return thing === undefined
            ? "keep"
            : this.wordFor({ ...thing, name: names.get(id) ?? thing.name }, of);
    }

    /** A copy with the name of one of ours that is gone: nobody knows what that was called (docs/guide.md, limits). */
    private hasOutlived(dropletId: number, { droplets }: Facts): boolean {
        const name = droplets.get(dropletId)?.name.toLowerCase();
        const { things } = this.scene;
        return things.droplets
            .slice(0, this.world.ours)
            .some((id, nth) => !droplets.has(id) && dropletName(nth).toLowerCase() === name);
    }

    /** A copy is taken for the program's own where nothing else is known of the tag. */
    private mayBeTheOnlyOne(dropletId: number, facts: Facts): boolean {
        return this.scene.executors.some((executorTag) => {
            const tagged = [...facts.droplets].filter(([, { tags }]) => tags.includes(executorTag));
            const own = `${executorTag}:${dropletId}`;
            const remembered = [...facts.tags].some(
                (tag) => tag.startsWith(`${executorTag}:`) && !tag.startsWith(own),
            );
            return tagged.length === 1 && tagged[0]?.[0] === dropletId && !remembered;
        });
    }
}

function toCents({ monthlyCost }: { readonly monthlyCost: string }): number {
    return Math.round(Number(monthlyCost) * 100);
}

/** Nothing destroys the final snapshot of a destroy, whichever it was. */
export function isFinal({ kind, name }: Thing): boolean {
    return kind === "snapshot" && /-final-(\d+|[0-9a-f]{16})$/.test(name);
}

/** An id without case, or a name; `*` and `?` are the only patterns. */
function toMatcher(entry: string): Matcher {
    const pattern = entry
        .replace(/[.+^${}()|[\]\\]/g, "\\$&")
        .replaceAll("*", ".*")
        .replaceAll("?", ".");
    const regExp = new RegExp(`^${pattern}$`, "su");
    return ({ id, name }) => entry.toLowerCase() === id.toLowerCase() || regExp.test(name);
}

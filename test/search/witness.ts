import type { Fetch, FetchInit } from "../../provider/digitalocean/fetch.js";
import { Edits, hear, type Heard } from "./answers.js";
import type { Facts, Oracle } from "./oracle.js";
import { act } from "./people.js";
import { Violation } from "./violation.js";
import type { Doing, Run } from "./world.js";

/** A request that destroys associated resources, or asks how that stands. */
const DESTROY =
    /^\/v2\/droplets\/(\d+)\/destroy_with_associated_resources(?:\/(selective|retry|dangerous|status))?$/;
const RESOURCE = /^\/v2\/(volumes|snapshots|reserved_ips)\/([^/?]+)$/;

/** For so long after a 202, an effect that does not show is no news. */
const SURE_MS = 20_000;

/** What one process has been told. */
interface Told {
    /** Whether the last status of a Droplet showed a destroy that runs. */
    readonly running: Map<number, boolean>;
    /** When each Droplet was last looked at. */
    readonly lookedAt: Map<number, number>;
    /** Droplets of which it has begun the destroy, and when it was told so. */
    readonly begun: Map<number, number>;
    /** When Droplets were last listed by a tag. */
    listedByTagAt: number;
}

/**
 * Stands between our processes and DigitalOcean. It lets people act and processes die at their moments, judges
 * every request that changes something before it takes effect, and remembers what our processes were shown.
 */
export class Witness {
    readonly oracle: Oracle;
    readonly #edits: Edits;
    #people: readonly Doing[];
    /** Requests of ours, over all processes. */
    count = 0;
    /** How things stood before somebody did something, and at which request that was. */
    readonly #history: { readonly at: number; readonly facts: Facts }[] = [];
    /** What the last process was shown of a Droplet's resources, or knew of them. */
    shown = new Map<number, Set<string>>();
    /** What it was told the cost of. */
    priced = new Set<string>();
    /** What the last list that the last process has read shows of the first Droplet; null: it has read none. */
    listed: ReadonlySet<string> | null = null;
    /** When the list of each Droplet was last read. */
    readonly #listedAt = new Map<number, number>();
    /** Droplets for which something was sent whose outcome has not been looked at since. */
    readonly #unseen = new Set<number>();
    /** The first thing that must not happen. */
    violation: Violation | null = null;

    constructor(oracle: Oracle, edits: Edits, people: readonly Doing[]) {
        this.oracle = oracle;
        this.#edits = edits;
        this.#people = [...people].sort((one, other) => one.at - other.at);
    }

    /** From here on, nobody else does anything, and every answer is what it should be. */
    calmDown(): void {
        this.#people = [];
        this.#edits.clear();
    }

    /**
     * The network of one process.
     * @param recorded what state knows of the first Droplet's resources
     */
    connect(dies: Run["dies"], recorded: Iterable<string>, die: () => void): Fetch {
        this.shown = new Map([[this.oracle.scene.things.droplet(0), new Set(recorded)]]);
        this.listed = null;
        this.priced = new Set(recorded);
        const told: Told = { running: new Map(), lookedAt: new Map(), begun: new Map(), listedByTagAt: 0 };
        const never = new Promise<never>(() => undefined);
        let own = 0;
        let dead = false;
        return async (url, init) => {
            if (dead) {
                return never;
            }
            own += 1;
            this.count += 1;
            this.#letPeopleAct();
            const isLast = dies !== null && own === dies.at;
            if (isLast && dies.moment === "before") {
                dead = true;
                die();
                return never;
            }
            const at = this.count;
            this.#judge(url, init, told, at);
            const heard = await this.#send(url, init);
            if (isLast) {
                dead = true;
                die();
            }
            if (dead) {
                return never;
            }
            this.#remember(url, init, heard, told, at);
            return heard.response;
        };
    }

    /** Whether somebody has done something since what belongs to a Droplet was read. */
    hasChangedSinceList(dropletId: number): boolean {
        const listedAt = this.#listedAt.get(dropletId) ?? 0;
        return this.#history.some(({ at }) => at > listedAt);
    }

    async #send(url: string, init: FetchInit): Promise<Heard> {
        const { simulator } = this.oracle.scene.things;
        const edit = this.#edits.take(init.method, new URL(url).pathname);
        return hear(await simulator.fetch(url, init), edit);
    }

    #letPeopleAct(): void {
        for (let [next] = this.#people; next !== undefined && next.at <= this.count; [next] = this.#people) {
            this.#people = this.#people.slice(1);
            this.#history.push({ at: this.count, facts: this.oracle.facts() });
            act(next, this.oracle.scene);
            this.oracle.facts();
            this.oracle.claim(next.what);
        }
    }

    #judge(url: string, init: FetchInit, told: Told, at: number): void {
        const { pathname } = new URL(url);
        if (init.method === "GET" || this.violation !== null) {
            return;
        }
        try {
            this.#judgeChange(init, pathname, told);
        } catch (error) {
            if (!(error instanceof Violation)) {
                throw error;
            }
            this.violation = error.at(at);
        }
    }

    #judgeChange(init: FetchInit, pathname: string, told: Told): void {
        const [, droplet, endpoint] = DESTROY.exec(pathname) ?? [];
        const [, , resource] = RESOURCE.exec(pathname) ?? [];
        if (droplet !== undefined) {
            const id = Number(droplet);
            if (endpoint !== "selective" && endpoint !== "retry") {
                throw new Violation("only `selective` and `retry` are used", pathname);
            }
            this.#judgeOrder(id, told);
            const ids = endpoint === "selective" ? idsIn(init.body ?? "{}") : [];
            this.#whateverWasTrue(told.lookedAt.get(id) ?? 0, `destroy ${id}`, (facts) =>
                this.#objectionToDestroy(id, ids, facts),
            );
            ids.forEach((one) => this.oracle.claimed.add(one));
            this.#unseen.add(id);
        } else if (resource !== undefined) {
            const since = Math.max(0, ...told.lookedAt.values());
            this.#whateverWasTrue(since, `delete ${resource}`, (facts) =>
                this.#objectionToRemove(resource, told, facts),
            );
        } else if (pathname.startsWith("/v2/tags")) {
            this.#judgeTags(init.method, decodeURIComponent(pathname.slice("/v2/tags".length)), told);
        } else {
            throw new Violation("nothing else is ever changed", `${init.method} ${pathname}`);
        }
    }

    /** At most one destroy is active through us, and none is repeated blindly. */
    #judgeOrder(dropletId: number, told: Told): void {
        if (this.#unseen.has(dropletId)) {
            throw new Violation("no destroy is repeated blindly", String(dropletId));
        }
        if (this.#hasJustBegun(dropletId, told) && !told.running.has(dropletId)) {
            throw new Violation("no destroy beside one that was accepted just now", String(dropletId));
        }
        if (told.running.get(dropletId) === true) {
            throw new Violation("no destroy beside one that is known to run", String(dropletId));
        }
    }

    #hasJustBegun(dropletId: number, { begun }: Told): boolean {
        return this.oracle.scene.clock.monotonicMs() - (begun.get(dropletId) ?? -Infinity) < SURE_MS;
    }

    /** Whatever somebody does between a look and what rests on it, nobody can know. */
    #whateverWasTrue(since: number, what: string, objection: (facts: Facts) => string | null): void {
        const past = this.#history.filter((entry) => entry.at > since).map(({ facts }) => facts);
        const objections = [...past, this.oracle.facts()].map(objection);
        if (!objections.includes(null)) {
            throw new Violation("only what may go is destroyed", `${what}: ${objections.at(-1)}`);
        }
    }

    #objectionToDestroy(dropletId: number, ids: readonly string[], facts: Facts): string | null {
        const objection = this.oracle.objectionToDroplet(dropletId, facts);
        if (objection !== null) {
            return objection;
        }
        const has = facts.droplets.get(dropletId)?.has ?? [];
        // To ask for what is gone does no harm.
        for (const id of ids.filter((one) => facts.alive.has(one))) {
            if (!has.includes(id)) {
                return `${id} is not the droplet's`;
            }
            if (this.oracle.wordOf(id) !== "destroy") {
                return `${id} is to stay (${this.oracle.wordOf(id)})`;
            }
        }
        return null;
    }

    #objectionToRemove(key: string, told: Told, facts: Facts): string | null {
        const { oracle } = this;
        const thing = oracle.scene.things.all().find(({ id, name }) => id === key || name === key);
        if (thing === undefined) {
            return "nobody knows it";
        }
        const on = [...(oracle.everOn.get(thing.id) ?? [])];
        const [of] = on.filter((id) => oracle.isOurs(id) && !facts.droplets.has(id));
        if (of === undefined) {
            return "it was of no droplet of ours that is gone";
        }
        if (oracle.wordFor(thing) !== "destroy") {
            return `it is to stay (${oracle.wordFor(thing)})`;
        }
        const hangsOn = facts.hangsOn.get(thing.id) ?? null;
        if (hangsOn !== null) {
            return `it hangs on ${hangsOn}`;
        }
        if (thing.kind !== "snapshot" && !oracle.claimed.has(thing.id)) {
            return "no destroy has named it";
        }
        if (oracle.scene.guardTag !== null && !told.begun.has(of)) {
            return "the droplet may have been somebody else's by its end";
        }
        const { executorTag } = oracle.scene;
        return executorTag !== null && !oracle.everMarked.has(of) ? "nobody has asked for it" : null;
    }

    /** Only what is ours, and a tag by which something is found only when nothing is left to be found. */
    #judgeTags(method: string, rest: string, told: Told): void {
        const { executorTag } = this.oracle.scene;
        const name = rest.replace(/^\//, "").replace(/\/resources$/, "");
        if (method !== "DELETE") {
            return;
        }
        if (executorTag === null || !(name.startsWith(executorTag) || name.startsWith("teardown:"))) {
            throw new Violation("only our own tags are deleted", name);
        }
        const { droplets } = this.oracle.facts();
        if ((this.oracle.world.settings.tagListDelayMs ?? 0) > 0) {
            return;
        }
        const carriers = (facts: Facts): number[] =>
            [...facts.droplets]
                .filter(([id, { tags }]) => droplets.has(id) && tags.includes(name))
                .map(([id]) => id);
        // What comes to carry it after the last look at all that do, or shows late, nobody can know.
        this.#whateverWasTrue(told.listedByTagAt, `delete the tag ${name}`, (facts) =>
            carriers(facts).length === 0 ? null : `it is on ${carriers(facts).join(", ")}`,
        );
    }

    #remember(url: string, { method }: FetchInit, heard: Heard, told: Told, at: number): void {
        const { pathname, searchParams } = new URL(url);
        const { response, text, isTrue } = heard;
        const [, droplet, endpoint] = DESTROY.exec(pathname) ?? [];
        if (droplet !== undefined && method !== "GET" && response.status === 202) {
            told.begun.set(Number(droplet), this.oracle.scene.clock.monotonicMs());
            told.running.delete(Number(droplet));
        }
        if (droplet !== undefined && endpoint === "status" && text !== null && isJson(text)) {
            this.#unseen.delete(Number(droplet));
        }
        if (method !== "GET" || !isTrue || text === null) {
            return;
        }
        const single = /^\/v2\/droplets\/(\d+)$/.exec(pathname)?.[1];
        if (single !== undefined) {
            told.lookedAt.set(Number(single), at);
        } else if (pathname === "/v2/droplets" && response.status === 200) {
            this.oracle.scene.things.droplets.forEach((id) => told.lookedAt.set(id, at));
            told.listedByTagAt = searchParams.has("tag_name") ? at : told.listedByTagAt;
        } else if (droplet !== undefined && (response.status === 200 || response.status === 404)) {
            const id = Number(droplet);
            if (endpoint === "status") {
                const status = response.status === 200 ? stateOf(text) : "none";
                if (status !== "none" || !this.#hasJustBegun(id, told)) {
                    told.running.set(id, status === "running");
                }
            }
            if (response.status === 200) {
                this.#show(id, text);
            }
            if (endpoint === undefined) {
                this.#listedAt.set(id, at);
                this.#noteListed(id, response.status === 200 ? text : null);
            }
        } else if (searchParams.get("resource_type") === "droplet" && response.status === 200) {
            this.#showSnapshots(text);
        }
    }

    #show(dropletId: number, text: string): void {
        const shown = this.shown.get(dropletId) ?? new Set();
        for (const { id } of this.oracle.scene.things.all()) {
            if (text.includes(`"${id}"`)) {
                shown.add(id);
            }
        }
        this.shown.set(dropletId, shown);
    }

    #noteListed(dropletId: number, text: string | null): void {
        const { things } = this.oracle.scene;
        if (text === null) {
            return;
        }
        const ids = things.all().map(({ id }) => id);
        const listed = ids.filter((id) => text.includes(`"${id}"`));
        listed.forEach((id) => this.priced.add(id));
        if (dropletId === things.droplet(0)) {
            this.listed = new Set(listed);
        }
    }

    #showSnapshots(text: string): void {
        for (const { kind, id } of this.oracle.scene.things.all()) {
            if (kind === "snapshot" && text.includes(`"${id}"`)) {
                this.oracle.everOn.get(id)?.forEach((droplet) => {
                    this.shown.set(droplet, (this.shown.get(droplet) ?? new Set()).add(id));
                });
            }
        }
    }
}

function idsIn(body: string): string[] {
    return Object.values(JSON.parse(body) as Record<string, string[]>).flat();
}

function isJson(text: string): boolean {
    return text.startsWith("{");
}

function stateOf(text: string): "none" | "running" | "completed" {
    try {
        const status = JSON.parse(text) as { droplet?: unknown; completed_at?: string | null };
        const completed = (status.completed_at ?? "").trim();
        if (status.droplet === undefined) {
            return "none";
        }
        return completed === "" || completed.startsWith("0001-") ? "running" : "completed";
    } catch {
        return "none";
    }
}

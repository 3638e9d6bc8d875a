import type { Fetch, FetchInit } from "../../provider/digitalocean/connection.js";
import { Edits, hear, type Heard, Scribe } from "./answers.js";
import { Judge } from "./judge.js";
import { isFinal, type Oracle } from "./oracle.js";
import { act } from "./people.js";
import { findSubject } from "./requests.js";
import type { Thing } from "./things.js";
import { type Recorded, Told } from "./told.js";
import { isStranger } from "./tokens.js";
import { Violation } from "./violation.js";
import type { Doing, Run } from "./world.js";

/** Stands between our processes and DigitalOcean, and lets people act and processes die at their moments. */
export class Witness {
    readonly oracle: Oracle;
    /** What the last process was told. */
    told: Told;
    /** The first thing that must not happen. */
    violation: Violation | null = null;
    readonly #judge: Judge;
    readonly #edits: Edits;
    readonly #scribe: Scribe;
    readonly #takesSnapshots: boolean;
    #people: readonly Doing[];
    /** Requests of ours, over all processes. */
    #count = 0;
    /** How many there were before the last process. */
    #begunAt = 0;
    /** When the list of each Droplet was last read, what it showed, and what a destroy of another one took just then. */
    readonly #lists = new Map<
        number,
        { readonly at: number; readonly text: string; readonly going: readonly string[] }
    >();

    constructor(oracle: Oracle, edits: Edits, people: readonly Doing[]) {
        this.oracle = oracle;
        this.told = new Told(oracle, new Map());
        this.#judge = new Judge(oracle);
        this.#edits = edits;
        this.#scribe = new Scribe(oracle.world.habits);
        const begun = people.some(({ what }) => what.do === "begin snapshot");
        this.#takesSnapshots = oracle.world.finalSnapshot || begun;
        this.#people = [...people].sort((one, other) => one.at - other.at);
    }

    /** From here on, nobody else does anything, and every answer is what it should be. */
    calmDown(): void {
        this.#people = [];
        this.#edits.clear();
    }

    /** Our process has waited for time to pass. */
    hasWaited(): void {
        this.told.waitedAt = this.#count;
    }

    /** Whether somebody has done something since the last process began. */
    hasChangedInRun(): boolean {
        return this.#judge.hasChangedSince(this.#begunAt);
    }

    /** Whether somebody has done something since a request. */
    hasChangedSince(at: number): boolean {
        return this.#judge.hasChangedSince(at);
    }

    /** Whether somebody has done something since what belongs to a Droplet was read. */
    hasChangedSinceList(dropletId: number): boolean {
        return this.#judge.hasChangedSince(this.#lists.get(dropletId)?.at ?? 0);
    }

    /** Whether a snapshot was to stay by the name that it had when a Droplet's list was read, or later. */
    mayHaveStayed(id: string, dropletId: number): boolean {
        return this.#judge.wasToStay(id, dropletId, this.#lists.get(dropletId)?.at ?? 0);
    }

    /** Whether what a Droplet has by now was not in its list: a snapshot that was begun before may be finished after. */
    hasComeSinceList({ id, kind }: Thing, dropletId: number): boolean {
        const list = this.#lists.get(dropletId);
        const isHidden = this.oracle.world.hiddenKinds.includes(kind);
        return list !== undefined && !isHidden && !list.text.includes(`"${id}"`);
    }

    /** The same, or the destroy of another Droplet was taking it just then. */
    mayHaveGone(id: string, dropletId: number): boolean {
        return this.hasChangedSinceList(dropletId) || this.#lists.get(dropletId)?.going.includes(id) === true;
    }

    /**
     * The network of one process.
     * @param die called when it dies: nothing of it is sent afterwards, and nothing comes back
     */
    connect({ dies, token }: Run, recorded: ReadonlyMap<number, Recorded>, die: () => void): Fetch {
        this.#begunAt = this.#count;
        const told = new Told(this.oracle, recorded, isStranger(token));
        this.told = told;
        const never = new Promise<never>(() => undefined);
        let own = 0;
        let dead = false;
        const end = (): Promise<never> => {
            dead = true;
            die();
            return never;
        };
        return async (url, init) => {
            if (dead) {
                return never;
            }
            own += 1;
            this.#count += 1;
            this.#letPeopleAct();
            const isLast = dies !== null && own === dies.at;
            if (isLast && dies.moment === "before") {
                return end();
            }
            const at = this.#count;
            this.#watch(url, init, told, at);
            told.asks(url, init);
            const heard = await this.#send(url, init).catch((error: unknown) => {
                told.lost(url, init);
                throw error;
            });
            if (isLast) {
                return end();
            }
            // While it was under way, the process may have died of another request.
            return isDead() ? never : this.#deliver(url, init, heard, told, at);
        };
        function isDead(): boolean {
            return dead;
        }
    }

    async #send(url: string, init: FetchInit): Promise<Heard> {
        const { simulator } = this.oracle.scene.things;
        const { pathname } = new URL(url);
        const edit = this.#edits.take(init.method, pathname);
        const answer = await hear(await simulator.fetch(url, init), edit);
        const heard = this.#scribe.write(init.method, pathname, answer);
        if (init.method === "GET") {
            this.#edits.given(pathname, heard);
        }
        return heard;
    }

    #letPeopleAct(): void {
        for (let [next] = this.#people; next !== undefined && next.at <= this.#count; [next] = this.#people) {
            this.#people = this.#people.slice(1);
            // What is nobody's changes nothing of what is to be known.
            if (next.what.do !== "shift") {
                this.#judge.note(this.#count);
            }
            act(next, this.oracle.scene);
            this.oracle.facts();
            this.oracle.claim(next.what);
        }
    }

    /** A snapshot that somebody has begun, or an earlier process, appears at a time of its own. */
    #noticeSnapshots({ snapshotted }: Told): void {
        const taken = this.#takesSnapshots ? this.oracle.scene.things.adoptSnapshots() : [];
        if (taken.some((thing) => !isFinal(thing) || snapshotted.size === 0)) {
            this.#judge.note(this.#count);
        }
    }

    #watch(url: string, init: FetchInit, told: Told, at: number): void {
        try {
            this.#judge.judge(url, init, told);
        } catch (error) {
            if (!(error instanceof Violation)) {
                throw error;
            }
            this.violation ??= error.at(at);
        }
    }

    #deliver(url: string, init: FetchInit, heard: Heard, told: Told, at: number): Heard["response"] {
        const subject = findSubject(new URL(url).pathname);
        this.#noticeSnapshots(told);
        told.hear(url, init, heard, at);
        if (subject.is === "destroy" && init.method === "GET" && heard.text !== null) {
            if (subject.endpoint === "status" && heard.text.startsWith("{")) {
                this.#judge.looked(subject.dropletId);
            } else if (subject.endpoint === "list" && heard.isTrue && heard.response.status === 200) {
                const going = this.oracle.goingBeside(subject.dropletId);
                this.#lists.set(subject.dropletId, { at, text: heard.text, going });
            }
        }
        return heard.response;
    }
}

import type { FetchInit } from "../../provider/digitalocean/connection.js";
import type { Heard } from "./answers.js";
import type { Oracle } from "./oracle.js";
import { findSubject, type Subject } from "./requests.js";

/** For so long after a 202, an effect that does not show is no news. */
const SURE_MS = 20_000;

/** Whether volume snapshots may be read is asked for a volume that does not exist. */
const PROBE = /^\/v2\/volumes\/[0-]+4000-8000-0+\/snapshots$/;

/** What state knows of a Droplet's resources: their ids, and of which it has the cost. */
export interface Recorded {
    readonly inventory: ReadonlySet<string>;
    readonly priced: ReadonlySet<string>;
}

export const NOTHING_RECORDED: Recorded = { inventory: new Set(), priced: new Set() };

/** What one process has been told. */
export class Told {
    readonly #oracle: Oracle;
    /** Whether the last status of a Droplet showed a destroy that runs. */
    readonly running = new Map<number, boolean>();
    /** When each Droplet was last looked at. Times are numbers of requests. */
    readonly lookedAt = new Map<number, number>();
    /** When the tags of each Droplet were read that its next destroy rests on: what others read since is not asked. */
    readonly restsOn = new Map<number, number>();
    /** When each Droplet, and what it has, was last asked for, whatever the answer said. */
    readonly askedAt = new Map<number, number>();
    readonly listedAt = new Map<number, number>();
    /** The last list of what each Droplet has, and when it was read. */
    readonly lists = new Map<number, { readonly at: number; readonly ids: readonly string[] }>();
    /** When Droplets were last listed by a tag, and when each tag's count was read. */
    readonly listedByTagAt = new Map<string, number>();
    readonly countedAt = new Map<string, number>();
    /** Whether its token sees nothing of ours. */
    readonly isStranger: boolean;
    /** Whether it was told falsely that it may read volume snapshots. */
    isMisled = false;
    /** What it was shown of a Droplet's resources, or knew of them from the start. */
    readonly shown: Map<number, Set<string>>;
    /** What statuses of a Droplet's destroy have named to it: one may show only when everything else is over. */
    readonly named = new Map<number, Set<string>>();
    /** What its accepted destroys of a Droplet were to take. */
    readonly requested = new Map<number, Set<string>>();
    /** What it was told the cost of, as a Droplet's: on another one, the cost is in the report of that one. */
    readonly priced: Map<number, Set<string>>;
    /** What the last list that it has read shows of each Droplet. */
    readonly listed = new Map<number, ReadonlySet<string>>();
    /** Droplets that it has asked to shut down, or to take a snapshot of. */
    readonly shutDown = new Set<number>();
    readonly snapshotted = new Set<number>();
    /** Snapshots that one page of several has shown once. */
    readonly #onPages = new Set<string>();
    /** Volumes and addresses whose place could not be read the last time. */
    readonly misplaced = new Set<string>();
    /** How many requests there were before it. */
    readonly begunAt: number;
    /** Droplets of which it has begun the destroy, and when it was told so, in milliseconds. */
    readonly #begun = new Map<number, number>();
    /** The last status of each Droplet's destroy, and that before the last one that it has begun. */
    readonly #statuses = new Map<number, string>();
    readonly #former = new Map<number, string>();
    /** The same for those whose answer said nothing. */
    readonly #lost = new Map<number, number>();
    /** The first page of the list of snapshots, when it was last read to its end; -1: never. */
    #snapshotsAt = -1;
    snapshotsReadAt = -1;
    /** The last request before it last waited: for time, or to be admitted. */
    waitedAt = 0;

    constructor(oracle: Oracle, recorded: ReadonlyMap<number, Recorded>, isStranger = false) {
        this.#oracle = oracle;
        this.isStranger = isStranger;
        this.begunAt = oracle.scene.things.simulator.requests().length;
        this.priced = new Map([...recorded].map(([id, { priced }]) => [id, new Set(priced)]));
        this.shown = new Map([...recorded].map(([id, { inventory }]) => [id, new Set(inventory)]));
    }

    /** Whether a destroy of it was accepted, or may have been. */
    hasBegun(dropletId: number): boolean {
        return this.#begun.has(dropletId) || this.#lost.has(dropletId);
    }

    /** Whoever is to destroy a Droplet reads the Droplet, then its status, then what it has. */
    asks(url: string, { method }: FetchInit): void {
        const subject = findSubject(new URL(url).pathname);
        if (subject.is === "destroy" && subject.endpoint === "status" && method === "GET") {
            this.restsOn.set(subject.dropletId, this.lookedAt.get(subject.dropletId) ?? 0);
        }
    }

    /** An answer does not come. */
    lost(url: string, { method }: FetchInit): void {
        const subject = findSubject(new URL(url).pathname);
        if (isAboutDroplet(subject) && method !== "GET") {
            this.#lost.set(subject.dropletId, this.#oracle.scene.clock.monotonicMs());
            this.running.delete(subject.dropletId);
        }
    }

    /** A destroy was accepted, or may have been, and its effect need not show yet. */
    hasJustBegun(dropletId: number): boolean {
        const begunAtMs = Math.max(
            this.#begun.get(dropletId) ?? -Infinity,
            this.#lost.get(dropletId) ?? -Infinity,
        );
        return this.#oracle.scene.clock.monotonicMs() - begunAtMs < SURE_MS;
    }

    /** Takes notes of an answer. */
    hear(url: string, init: FetchInit, { response, text, isTrue }: Heard, at: number): void {
        const { method } = init;
        const { pathname, searchParams } = new URL(url);
        const subject = findSubject(pathname);
        const isBegun = response.status === (subject.is === "destroy" ? 202 : 204);
        if (isAboutDroplet(subject) && method !== "GET" && isBegun) {
            this.#begun.set(subject.dropletId, this.#oracle.scene.clock.monotonicMs());
            this.#former.set(subject.dropletId, this.#statuses.get(subject.dropletId) ?? "");
            this.running.delete(subject.dropletId);
            this.#idsIn(init.body ?? "").forEach((id) => note(this.requested, subject.dropletId, id));
        }
        // A destroy is accepted by a 202, a delete by a 204: any other success is as little of an answer as a failure
        // of the server.
        const isOdd = response.status >= 200 && response.status <= 299 && !isBegun;
        if (response.status === 408 || response.status >= 500 || isOdd) {
            this.lost(url, init);
        }
        if (method !== "GET" || text === null) {
            return;
        }
        // For want of a better question, this one is answered by a 404 where the kind may be read.
        const isHidden = this.#oracle.world.hiddenKinds.includes("volume_snapshot");
        this.isMisled ||= isHidden && response.status === 404 && PROBE.test(pathname);
        if (subject.is === "destroy" && subject.endpoint === "status") {
            this.#hearOfStatus(subject.dropletId, response.status === 200 ? text : null);
        }
        // Ids are in every list, whatever else is missing in it.
        const isList = subject.is === "destroy" && subject.endpoint === "list" && response.status === 200;
        if (subject.is === "destroy" && subject.endpoint === "list") {
            this.listedAt.set(subject.dropletId, at);
        }
        if (isList && text.includes('"volumes"')) {
            this.listed.set(subject.dropletId, new Set(this.#idsIn(text)));
        }
        if (subject.is === "droplet") {
            this.askedAt.set(subject.dropletId, at);
        }
        if (pathname === "/v2/droplets") {
            this.#oracle.scene.things.droplets.forEach((id) => this.askedAt.set(id, at));
        }
        if (subject.is === "resource") {
            this.misplaced[isTrue && response.status === 200 ? "delete" : "add"](subject.key);
        }
        if (!isTrue) {
            return;
        }
        if (subject.is === "droplet") {
            this.lookedAt.set(subject.dropletId, at);
        } else if (subject.is === "destroy" && (response.status === 200 || response.status === 404)) {
            this.#hearOfDestroy(subject, response.status === 200 ? text : null, at);
        } else if (pathname === "/v2/droplets" && response.status === 200) {
            this.#oracle.scene.things.droplets.forEach((id) => this.lookedAt.set(id, at));
            this.listedByTagAt.set(searchParams.get("tag_name") ?? "", at);
        } else if (subject.is === "tags" && response.status === 200) {
            this.countedAt.set(subject.rest.replace(/^\//, ""), at);
        } else if (searchParams.get("resource_type") === "droplet" && response.status === 200) {
            this.#hearOfSnapshots(text);
            this.#snapshotsAt = text.includes('"prev"') ? this.#snapshotsAt : at;
            this.snapshotsReadAt = text.includes('"next"') ? this.snapshotsReadAt : this.#snapshotsAt;
        }
    }

    #hearOfStatus(dropletId: number, text: string | null): void {
        const state = text === null ? "none" : parseState(text);
        const status = inOrder(text ?? "");
        this.#statuses.set(dropletId, status);
        // The one that was there before tells nothing of what was begun since, in whichever order it comes.
        const isOld = state === "none" || (state === "completed" && status === this.#former.get(dropletId));
        if (!isOld || !this.hasJustBegun(dropletId)) {
            this.running.set(dropletId, state === "running");
        }
    }

    /** @param text null: a 404 */
    #hearOfDestroy(
        { dropletId, endpoint }: Extract<Subject, { is: "destroy" }>,
        text: string | null,
        at: number,
    ): void {
        const ids = text === null ? [] : this.#idsIn(text);
        if (endpoint === "list") {
            this.lists.set(dropletId, { at, ids });
        }
        ids.forEach((id) => note(this.shown, dropletId, id));
        if (endpoint === "status") {
            ids.forEach((id) => note(this.named, dropletId, id));
        }
        if (endpoint === "list" && text !== null) {
            const isPriced = (id: string): boolean => new RegExp(`"id":"${id}"[^}]*"cost":"\\d`).test(text);
            ids.filter(isPriced).forEach((id) => note(this.priced, dropletId, id));
        }
    }

    /** Where there are several Droplets, it was asked for one of them. */
    #hearOfSnapshots(text: string): void {
        if (this.#oracle.world.ours > 1) {
            return;
        }
        for (const id of this.#idsIn(text)) {
            // A list of several pages is believed once two reads in a row agree.
            const isWhole = !text.includes('"next"') && !text.includes('"prev"');
            if (!isWhole && !this.#onPages.has(id)) {
                this.#onPages.add(id);
                continue;
            }
            if (this.#oracle.thing(id)?.kind === "snapshot") {
                this.#oracle.everOn.get(id)?.forEach((dropletId) => note(this.shown, dropletId, id));
            }
        }
    }

    #idsIn(text: string): string[] {
        const ids = this.#oracle.scene.things.all().map(({ id }) => id);
        return ids.filter((id) => text.includes(`"${id}"`));
    }
}

/** A Droplet ends by a destroy, or by its own delete. */
function isAboutDroplet(
    subject: Subject,
): subject is Extract<Subject, { readonly is: "destroy" | "droplet" }> {
    return subject.is === "destroy" || subject.is === "droplet";
}

function note(notes: Map<number, Set<string>>, dropletId: number, id: string): void {
    notes.set(dropletId, (notes.get(dropletId) ?? new Set()).add(id));
}

function parseState(text: string): "none" | "running" | "completed" {
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

/** The lists of a status have no order. */
function inOrder(text: string): string {
    try {
        return JSON.stringify(JSON.parse(text), (_key, value: unknown) =>
            Array.isArray(value) ? value.map((one) => JSON.stringify(one)).sort() : value,
        );
    } catch {
        return text;
    }
}

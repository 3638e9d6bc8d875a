import type { FetchInit } from "../../provider/digitalocean/connection.js";
import { type Facts, isFinal, type Oracle } from "./oracle.js";
import { findExecutor } from "./people.js";
import { findSubject, type Subject } from "./requests.js";
import type { Told } from "./told.js";
import { Violation } from "./violation.js";

/** Judges every request of ours that changes something, before it takes effect. */
export class Judge {
    readonly #oracle: Oracle;
    /** How things stood before somebody did something, and at which request that was. */
    readonly #history: { readonly at: number; readonly facts: Facts }[] = [];
    /** Droplets for which something was sent whose outcome has not been looked at since. */
    readonly #unseen = new Set<number>();

    constructor(oracle: Oracle) {
        this.#oracle = oracle;
    }

    /** Somebody is about to do something. */
    note(at: number): void {
        this.#history.push({ at, facts: this.#oracle.facts() });
    }

    hasChangedSince(at: number): boolean {
        return this.#history.some((entry) => entry.at > at);
    }

    /** Whether a snapshot had a name since a request by which it was to stay. */
    wasToStay(id: string, dropletId: number, since: number): boolean {
        return this.#history.some(
            ({ at, facts }) => at > since && this.#oracle.wordForId(id, facts, dropletId) !== "destroy",
        );
    }

    /** The status of a Droplet's destroy was read. */
    looked(dropletId: number): void {
        this.#unseen.delete(dropletId);
    }

    /** @throws Violation for a request that must not be sent */
    judge(url: string, { method, body = "{}" }: FetchInit, told: Told): void {
        const { pathname } = new URL(url);
        if (method === "GET") {
            return;
        }
        const subject = findSubject(pathname);
        if (told.isStranger) {
            if (this.#isTheirOwn(subject)) {
                return;
            }
            throw new Violation("a token of another team changes nothing", `${method} ${pathname}`);
        }
        this.#judgeConsent(subject, body);
        switch (subject.is) {
            case "destroy": {
                this.#judgeDestroy(subject.dropletId, subject.endpoint, body, told);
                return;
            }
            case "resource": {
                const since = Math.max(0, ...told.lookedAt.values());
                this.#whateverWasTrue(since, `delete ${subject.key}`, (facts) =>
                    this.#objectionToRemove(subject.key, told, facts),
                );
                return;
            }
            case "tags": {
                this.#judgeTags(method, subject.rest, told);
                return;
            }
            case "droplet": {
                this.#judgeDestroy(subject.dropletId, "alone", body, told);
                return;
            }
            case "actions": {
                this.#judgeAction(subject.dropletId, body, told);
                return;
            }
            case "other":
                throw new Violation("nothing else is ever changed", `${method} ${pathname}`);
        }
    }

    /** Whoever is asked has said so, and has seen what goes. */
    #judgeConsent(subject: Subject, body: string): void {
        const { consent } = this.#oracle;
        if (consent === null) {
            return;
        }
        if (!consent.isGiven) {
            throw new Violation("what is not confirmed changes nothing", JSON.stringify(subject));
        }
        const isSelective = subject.is === "destroy" && subject.endpoint === "selective";
        const keys = subject.is === "resource" ? [subject.key] : isSelective ? idsIn(body) : [];
        const going = consent.shown.split("\n").filter((line) => /^ +destroys /.test(line));
        const unseen = keys.find((key) => {
            const { id = key, name = key, kind } = this.#oracle.scene.things.named(key) ?? {};
            return !going.some((line) => line.includes(kind === "reserved_ip" ? name : id));
        });
        if (unseen !== undefined) {
            throw new Violation("what was confirmed was shown", `${unseen} in ${consent.shown}`);
        }
    }

    /** Where a command names neither an id nor a team, a Droplet of that name is meant, whoever's it is. */
    #isTheirOwn(subject: Subject): boolean {
        const { surface, select, knowsTeam } = this.#oracle.world;
        const isAny = surface === "command line" && select === "name" && !knowsTeam;
        return (
            isAny && "dropletId" in subject && !this.#oracle.scene.things.droplets.includes(subject.dropletId)
        );
    }

    #judgeDestroy(dropletId: number, endpoint: string, body: string, told: Told): void {
        if (endpoint !== "selective" && endpoint !== "retry" && endpoint !== "alone") {
            throw new Violation("only `selective`, `retry` and the plain delete are used", endpoint);
        }
        this.#judgeOrder(dropletId, told);
        this.#judgeFreshness(dropletId, told);
        this.#judgePreparation(dropletId, told);
        const ids = endpoint === "selective" ? idsIn(body) : [];
        // Its tags and what it has come from two reads. Somebody may change both between these: then each was true
        // since its own, and both at no moment. Nothing tells that to whoever reads them in this order.
        const lookedAt = told.restsOn.get(dropletId) ?? 0;
        // That a copy is the only one with the tag is known from the list by that tag.
        const listedAt = Math.max(0, ...told.listedByTagAt.values());
        const chosenAt = this.#oracle.isOurs(dropletId) ? lookedAt : Math.min(lookedAt, listedAt);
        this.#whateverWasTrue(chosenAt, `destroy ${dropletId}`, (facts) =>
            this.#oracle.objectionToDroplet(dropletId, facts),
        );
        const last = told.lists.get(dropletId);
        const list = last !== undefined && last.at > lookedAt ? last : { at: lookedAt, ids: [] };
        this.#whateverWasTrue(list.at, `destroy ${dropletId}`, (facts) =>
            this.#objectionToTake(dropletId, ids, list.ids, facts),
        );
        if (endpoint === "retry") {
            this.#whateverWasTrue(list.at, `repeat the destroy of ${dropletId}`, (facts) =>
                this.#objectionToRepeat(dropletId, facts),
            );
        }
        if (endpoint === "alone") {
            this.#whateverWasTrue(list.at, `delete ${dropletId} alone`, (facts) =>
                this.#objectionToAlone(dropletId, facts),
            );
        }
        ids.forEach((one) => this.#oracle.claimed.add(one));
        this.#unseen.add(dropletId);
    }

    /** A Droplet is shut down, and its last snapshot taken, only for a destroy that may follow. */
    #judgeAction(dropletId: number, body: string, told: Told): void {
        const { type, name = "" } = JSON.parse(body) as { readonly type: string; readonly name?: string };
        const { finalSnapshot, gracefulShutdown } = this.#oracle.world;
        const isShutdown = type === "shutdown" && gracefulShutdown;
        const isSnapshot =
            type === "snapshot" && finalSnapshot && isFinal({ kind: "snapshot", id: "", name });
        if (!isShutdown && !isSnapshot) {
            throw new Violation("only what was wished for is done to a droplet", body);
        }
        this.#whateverWasTrue(told.restsOn.get(dropletId) ?? 0, `${type} ${dropletId}`, (facts) => {
            const objection = this.#oracle.objectionToDroplet(dropletId, facts);
            return objection ?? this.#objectionToTake(dropletId, [], [], facts);
        });
        told[isShutdown ? "shutDown" : "snapshotted"].add(dropletId);
    }

    /** A Droplet that lives goes only after its last snapshot was taken, and after it was asked to shut down. */
    #judgePreparation(dropletId: number, told: Told): void {
        const { finalSnapshot, gracefulShutdown } = this.#oracle.world;
        const droplet = this.#oracle.facts().droplets.get(dropletId);
        if (droplet === undefined) {
            return;
        }
        if (gracefulShutdown && !droplet.isOff && !told.shutDown.has(dropletId)) {
            throw new Violation("a droplet is shut down before it is destroyed", String(dropletId));
        }
        this.#whateverWasTrue(told.restsOn.get(dropletId) ?? 0, `destroy ${dropletId}`, (facts) =>
            !finalSnapshot || this.#oracle.hasFinal(dropletId, facts)
                ? null
                : "its final snapshot is not there",
        );
    }

    /** At most one destroy is active through us, and none is repeated blindly. */
    #judgeOrder(dropletId: number, told: Told): void {
        if (this.#unseen.has(dropletId)) {
            throw new Violation("no destroy is repeated blindly", String(dropletId));
        }
        if (told.hasJustBegun(dropletId) && !told.running.has(dropletId)) {
            throw new Violation("no destroy beside one that was accepted just now", String(dropletId));
        }
        if (told.running.get(dropletId) === true) {
            throw new Violation("no destroy beside one that is known to run", String(dropletId));
        }
    }

    /** What destroys rests on what was read after the last wait: others had all that time. */
    #judgeFreshness(dropletId: number, told: Told): void {
        // Where several Droplets go at once, one may wait while the other does not; so may a display.
        const { ours, surface } = this.#oracle.world;
        if (ours > 1 || surface === "command line") {
            return;
        }
        const looks = [told.askedAt.get(dropletId) ?? 0, told.listedAt.get(dropletId) ?? 0];
        if (Math.min(...looks) <= told.waitedAt) {
            throw new Violation("what destroys rests on looks after the last wait", String(dropletId));
        }
    }

    /** Whatever somebody does between a look and what rests on it, nobody can know. */
    #whateverWasTrue(since: number, what: string, objection: (facts: Facts) => string | null): void {
        const now = objection(this.#oracle.facts());
        const past = this.#history.filter((entry) => entry.at > since).map(({ facts }) => facts);
        if (now !== null && past.every((facts) => objection(facts) !== null)) {
            throw new Violation("only what may go is destroyed", `${what}: ${now}`);
        }
    }

    /** @param listed what the Droplet had when that was last read: a destroy that runs may have changed it since */
    #objectionToTake(
        dropletId: number,
        ids: readonly string[],
        listed: readonly string[],
        facts: Facts,
    ): string | null {
        const droplet = facts.droplets.get(dropletId);
        if (droplet === undefined) {
            return null;
        }
        const { has, backups } = droplet;
        const prevented = has.find((id) => this.#oracle.wordForId(id, facts, dropletId) === "prevent");
        if (prevented !== undefined) {
            return `${prevented} prevents it`;
        }
        // To ask for what is gone does no harm.
        for (const id of ids.filter((one) => facts.alive.has(one) && !backups.includes(one))) {
            if (!has.includes(id) && !listed.includes(id)) {
                return `${id} is not the droplet's`;
            }
            const word = this.#oracle.wordForId(id, facts, dropletId);
            if (word !== "destroy") {
                return `${id} is to stay (${word})`;
            }
        }
        return null;
    }

    /** A retry takes every snapshot that the last destroy names, which may have another name by now. */
    #objectionToRepeat(dropletId: number, facts: Facts): string | null {
        const named = facts.named.get(dropletId) ?? [];
        const kept = named.find(
            (id) =>
                facts.names.has(id) &&
                this.#oracle.thing(id) !== undefined &&
                this.#oracle.wordForId(id, facts, dropletId) !== "destroy",
        );
        return kept === undefined ? null : `${kept} is to stay`;
    }

    /** A Droplet is deleted alone where nothing else goes: a destroy of what goes is asked for again. */
    #objectionToAlone(dropletId: number, facts: Facts): string | null {
        const has = facts.droplets.get(dropletId)?.has ?? [];
        const going = has.find((id) => this.#oracle.wordForId(id, facts, dropletId) === "destroy");
        return going === undefined ? null : `${going} is to go with it`;
    }

    #objectionToRemove(key: string, told: Told, facts: Facts): string | null {
        const oracle = this.#oracle;
        const thing = oracle.scene.things.named(key);
        if (thing === undefined) {
            return "nobody knows it";
        }
        const ids = oracle.scene.things.knownAs(thing.id);
        const on = ids.flatMap((id) => [...(oracle.everOn.get(id) ?? [])]);
        const gone = on.filter((id) => oracle.isOurs(id) && !facts.droplets.has(id));
        // Where it has been on several, one of them may have left it.
        const of = gone.find((id) => oracle.wordForId(thing.id, facts, id) === "destroy") ?? gone[0];
        if (of === undefined) {
            return "it was of no droplet of ours that is gone";
        }
        const word = oracle.wordForId(thing.id, facts, of);
        if (word !== "destroy") {
            return `it is to stay (${word})`;
        }
        const hangsOn = facts.hangsOn.get(thing.id) ?? null;
        if (hangsOn !== null) {
            return `it hangs on ${hangsOn}`;
        }
        if (thing.kind !== "snapshot" && !ids.some((id) => oracle.claimed.has(id))) {
            return "no destroy has named it";
        }
        const { finalSnapshot } = oracle.world;
        if (thing.kind === "snapshot" && finalSnapshot && !told.hasBegun(of) && !oracle.hasFinal(of, facts)) {
            return "it may be the last copy, since no final snapshot was taken";
        }
        if (oracle.isGuarded && !told.hasBegun(of)) {
            return "the droplet may have been somebody else's by its end";
        }
        const executorTag = findExecutor(oracle.scene, of);
        return executorTag !== null && !oracle.everMarked.has(of) ? "nobody has asked for it" : null;
    }

    /** Only what is ours, and a tag by which something is found only when nothing is left to be found. */
    #judgeTags(method: string, rest: string, told: Told): void {
        const { executors } = this.#oracle.scene;
        const name = rest.replace(/^\//, "").replace(/\/resources$/, "");
        if (method !== "DELETE") {
            return;
        }
        const isOurs = [...executors, ...(executors.length === 0 ? [] : ["teardown:"])].some((start) =>
            name.startsWith(start),
        );
        if (!isOurs) {
            throw new Violation("only our own tags are deleted", name);
        }
        const { droplets } = this.#oracle.facts();
        const carriers = (facts: Facts): number[] =>
            [...facts.droplets]
                .filter(([id, { tags }]) => droplets.has(id) && tags.includes(name))
                .map(([id]) => id);
        // What comes to carry it after the last look at all that do, or shows late, nobody can know.
        const since = Math.max(told.listedByTagAt.get(name) ?? 0, told.countedAt.get(name) ?? 0);
        this.#whateverWasTrue(since, `delete the tag ${name}`, (facts) =>
            carriers(facts).length === 0 ? null : `it is on ${carriers(facts).join(", ")}`,
        );
    }
}

function idsIn(body: string): string[] {
    return Object.values(JSON.parse(body) as Record<string, string[]>).flat();
}

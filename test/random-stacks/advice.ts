import type { Simulator } from "../../simulator/index.js";
import type { Choice } from "./life.js";
import type { StateCommand } from "./stack.js";

/** What a person does who reads an error to its end, and does what it says. */
export interface Follower {
    command(command: StateCommand): Promise<unknown>;
    readonly simulator: Simulator;
    /** Of the token with which the advice was given. */
    readonly team: string;
    up(): Promise<unknown>;
    refresh(): Promise<unknown>;
    /** With a token of another team. */
    destroyWithOtherToken(): Promise<unknown>;
    /** That did not help before. */
    readonly hasTriedTokens: boolean;
}

/** What somebody may have done. */
const CAUSE = /\(a `pulumi state delete`[^)]*\)/;
const COMMAND = /`([^`]+)`/g;

/** @returns the commands that were run */
export async function followAdvice(text: string, choice: Choice, follower: Follower): Promise<string[]> {
    const other = choice === "keep" ? /^\s*To destroy it/ : /^\s*To keep it/;
    // To hand a Droplet back is a way of its own, of which the tests of the page tell; so is to take a mark back.
    const apart = /^\s*To hand it back|may be destroyed from now on/;
    // Nobody knows that nothing is left who can use the token of the right team instead.
    const last = "if you know that no droplet of this teardown";
    const lines = text
        .split("\n")
        .map((line) => line.replace(CAUSE, ""))
        .filter((line) => !other.test(line) && !apart.test(line))
        .filter((line) => !line.includes(last) || follower.hasTriedTokens);
    const commands = lines.filter(isFirstOfDroplet()).flatMap((line) => {
        const all = [...line.matchAll(COMMAND)].flatMap(([, command]) => command ?? []);
        // Two ways: it is the other teardown's.
        return line.startsWith("If it is the other's") ? all.slice(0, 1) : all;
    });
    const done: string[] = [];
    if (text.includes("Use a token of the right team") && !follower.hasTriedTokens) {
        await follower.destroyWithOtherToken();
        done.push("the other token");
    }
    for (const command of new Set(commands)) {
        if (await perform(command, follower)) {
            done.push(command);
        }
    }
    return done;
}

/** Where two teardowns ask about one Droplet, a person answers one of them. */
function isFirstOfDroplet(): (line: string) => boolean {
    const answered = new Set<string>();
    return (line) => {
        const [, id] = /`doctl compute droplet (?:tag|untag) (\d+) /.exec(line) ?? [];
        const isFirst = id === undefined || !answered.has(id);
        answered.add(id ?? "");
        return isFirst;
    };
}

/** @returns whether it is a command, other than to try again */
async function perform(command: string, follower: Follower): Promise<boolean> {
    const { simulator, team } = follower;
    const panel = simulator.panelFor(team);
    const [, urn, dependents] = /^pulumi state delete '([^']+)'( --target-dependents)?$/.exec(command) ?? [];
    if (urn !== undefined) {
        await follower.command({ command: "delete", urn, dependents: dependents !== undefined });
        return true;
    }
    const [, how, id, tag] = /^doctl compute droplet (tag|untag) (\d+) --tag-name (\S+)$/.exec(command) ?? [];
    if (how !== undefined && tag !== undefined) {
        onDroplet(simulator, Number(id), (tags, own) =>
            how === "tag"
                ? own.tagDroplet(Number(id), tag)
                : tags.includes(tag) && own.untagDroplet(Number(id), tag),
        );
        return true;
    }
    const [, what, name] = /^doctl compute tag (create|delete) (\S+)(?: --force)?$/.exec(command) ?? [];
    if (name !== undefined) {
        const exists = simulator.state().tags.some((one) => one.name === name && one.team === team);
        if (what === "create") {
            panel.createTag(name);
        } else if (exists) {
            panel.deleteTag(name);
        }
        return true;
    }
    const [, byHand] = /^npx pulumi-droplet-teardown destroy (\d+)$/.exec(command) ?? [];
    if (byHand !== undefined) {
        onDroplet(simulator, Number(byHand), (_tags, own) => own.deleteDroplet(Number(byHand)));
        return true;
    }
    switch (command) {
        case "pulumi up":
        case "pulumi up --refresh":
            await follower.up();
            return true;
        case "pulumi refresh":
            await follower.refresh();
            return true;
        default:
            return false;
    }
}

/** With the panel of its team, if it is there. */
function onDroplet(
    simulator: Simulator,
    id: number,
    work: (tags: readonly string[], panel: Simulator["panel"]) => unknown,
): void {
    const droplet = simulator.state().droplets.find((one) => one.id === id);
    if (droplet !== undefined) {
        work(droplet.tags, simulator.panelFor(droplet.team));
    }
}

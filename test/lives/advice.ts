import type { Simulator } from "../../simulator/index.js";
import type { Choice } from "./life.js";
import type { StateCommand } from "./stack.js";

/** What a person does who reads an error to its end, and does what it says. */
export interface Follower {
    command(command: StateCommand): Promise<unknown>;
    readonly simulator: Simulator;
    up(): Promise<unknown>;
    refresh(): Promise<unknown>;
}

const COMMAND = /`([^`]+)`/g;

/** @returns the commands that were run */
export async function followAdvice(text: string, choice: Choice, follower: Follower): Promise<string[]> {
    const other = choice === "keep" ? /^\s*To destroy it/ : /^\s*To keep it/;
    // To hand a Droplet back is a way of its own, of which the tests of the page tell; so is to take a mark back.
    const apart = /^\s*To hand it back|may be destroyed from now on/;
    const lines = text.split("\n").filter((line) => !other.test(line) && !apart.test(line));
    const commands = lines.flatMap((line) =>
        [...line.matchAll(COMMAND)].flatMap(([, command]) => command ?? []),
    );
    const done: string[] = [];
    for (const command of new Set(commands)) {
        if (await perform(command, follower)) {
            done.push(command);
        }
    }
    return done;
}

/** @returns whether it is a command, other than to try again */
async function perform(command: string, follower: Follower): Promise<boolean> {
    const { simulator } = follower;
    const { panel } = simulator;
    const [, urn, dependents] = /^pulumi state delete '([^']+)'( --target-dependents)?$/.exec(command) ?? [];
    if (urn !== undefined) {
        await follower.command({ command: "delete", urn, dependents: dependents !== undefined });
        return true;
    }
    const [, how, id, tag] = /^doctl compute droplet (tag|untag) (\d+) --tag-name (\S+)$/.exec(command) ?? [];
    if (how !== undefined && tag !== undefined) {
        onDroplet(simulator, Number(id), (tags) =>
            how === "tag"
                ? panel.tagDroplet(Number(id), tag)
                : tags.includes(tag) && panel.untagDroplet(Number(id), tag),
        );
        return true;
    }
    const [, what, name] = /^doctl compute tag (create|delete) (\S+)(?: --force)?$/.exec(command) ?? [];
    if (name !== undefined) {
        const exists = simulator.state().tags.some((one) => one.name === name);
        if (what === "create") {
            panel.createTag(name);
        } else if (exists) {
            panel.deleteTag(name);
        }
        return true;
    }
    const [, byHand] = /^npx pulumi-droplet-teardown destroy (\d+)$/.exec(command) ?? [];
    if (byHand !== undefined) {
        onDroplet(simulator, Number(byHand), () => panel.deleteDroplet(Number(byHand)));
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

function onDroplet(simulator: Simulator, id: number, work: (tags: readonly string[]) => unknown): void {
    const droplet = simulator.state().droplets.find((one) => one.id === id);
    if (droplet !== undefined) {
        work(droplet.tags);
    }
}

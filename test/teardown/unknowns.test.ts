import assert from "node:assert/strict";

import { defaultSettings, POSITIONS, type Settings } from "../../simulator/index.js";
import { combinePairs } from "../support/pairs.js";
import { startAction } from "../support/final-snapshot-story.js";
import { someOf } from "../support/tells-all.js";
import { TeardownWorld, TOKEN } from "../support/teardown-world.js";

type Switch =
    | "runningCompletedAt"
    | "noErrorMessage"
    | "statusDelayMs"
    | "staleAfterRetryMs"
    | "staleAfterRetry"
    | "failuresCountDroplet"
    | "failuresCountDuplicates"
    | "dropletSurvivesFailure"
    | "secondDestroy"
    | "retryWithoutFailures"
    | "unknownIds"
    | "selectiveAfterFailures"
    | "emptySelective"
    | "nextStatus"
    | "statusBeforeDestroy"
    | "backupsListed"
    | "unexplainedFailures"
    | "destroyDuringEvent"
    | "deleteDuringEvent"
    | "deleteOfNew"
    | "deleteDuringDestroy"
    | "actionDuringDestroy"
    | "assignDuringEvent"
    | "deleteAfterUnassignMs"
    | "secondAttach"
    | "unconfirmedDangerous"
    | "malformedSelective";

/** Every position of every switch for what DigitalOcean's documentation leaves open. */
const TRIED: { readonly [Name in Switch]: readonly Settings[Name][] } = {
    runningCompletedAt: POSITIONS.runningCompletedAt,
    noErrorMessage: POSITIONS.noErrorMessage,
    statusDelayMs: [0, 6_000, 15_000],
    staleAfterRetryMs: [0, 5_000, 15_000],
    staleAfterRetry: POSITIONS.staleAfterRetry,
    failuresCountDroplet: [false, true],
    failuresCountDuplicates: [false, true],
    dropletSurvivesFailure: [true, false],
    secondDestroy: POSITIONS.secondDestroy,
    retryWithoutFailures: POSITIONS.retryWithoutFailures,
    unknownIds: POSITIONS.unknownIds,
    selectiveAfterFailures: POSITIONS.selectiveAfterFailures,
    emptySelective: POSITIONS.emptySelective,
    nextStatus: POSITIONS.nextStatus,
    statusBeforeDestroy: POSITIONS.statusBeforeDestroy,
    backupsListed: [false, true],
    unexplainedFailures: [0, 1],
    destroyDuringEvent: POSITIONS.destroyDuringEvent,
    deleteDuringEvent: POSITIONS.deleteDuringEvent,
    deleteOfNew: POSITIONS.deleteOfNew,
    deleteDuringDestroy: POSITIONS.deleteDuringDestroy,
    actionDuringDestroy: POSITIONS.actionDuringDestroy,
    assignDuringEvent: POSITIONS.assignDuringEvent,
    deleteAfterUnassignMs: [0, 5_000, 20_000],
    secondAttach: POSITIONS.secondAttach,
    unconfirmedDangerous: POSITIONS.unconfirmedDangerous,
    malformedSelective: POSITIONS.malformedSelective,
};

/** Those about a Droplet that is busy with something else. */
const OF_EVENTS: readonly Switch[] = [
    "destroyDuringEvent",
    "deleteDuringEvent",
    "deleteOfNew",
    "deleteDuringDestroy",
    "actionDuringDestroy",
    "deleteAfterUnassignMs",
];
/** What is asked for by other programs only; tried in combinations. */
const OF_OTHERS: readonly Switch[] = [
    "assignDuringEvent",
    "secondAttach",
    "unconfirmedDangerous",
    "malformedSelective",
];

interface Story {
    /** It is about a Droplet that is busy. */
    readonly ofEvents?: true;
    /** Ends with what is left, whatever the switches say. */
    readonly tell: (settings: Partial<Settings>) => Promise<string[]>;
    readonly left: readonly string[];
}

const KEEPING = { policy: { default: "destroy", snapshots: "keep" } };

async function open(settings: Partial<Settings>, options: object = KEEPING) {
    const world = new TeardownWorld({ settings: { roundTripMs: 150, ...settings } });
    const droplet = world.dropletWithEverything();
    world.simulator.panel.takeBackup(droplet.id, "weekly");
    const stored = await world.create({ dropletId: droplet.id, ...options });
    return { world, droplet, stored };
}

/** By the API, so that it is new for a while. */
async function createDroplet(world: TeardownWorld): Promise<number> {
    const body = { name: "new", region: "nyc3", size: "s-1vcpu-1gb", image: "debian-12-x64" };
    const asked = world.simulator.fetch("http://api.example/v2/droplets", {
        method: "POST",
        headers: { authorization: `Bearer ${TOKEN}` },
        body: JSON.stringify(body),
    });
    const { droplet } = JSON.parse(await (await world.run(asked)).text()) as { droplet: { id: number } };
    return droplet.id;
}

const STORIES: Readonly<Record<string, Story>> = {
    "a healthy destroy": {
        left: ["snapshot"],
        tell: async (settings) => {
            const { world, stored } = await open(settings);
            await world.delete(stored);
            return world.left();
        },
    },
    "a destroy of the Droplet alone": {
        left: ["reserved_ip", "snapshot", "volume", "volume_snapshot"],
        tell: async (settings) => {
            const { world, stored } = await open(settings, { policy: "keep" });
            await world.delete(stored);
            return world.left();
        },
    },
    "a Droplet alone that has an action in progress": {
        ofEvents: true,
        left: ["reserved_ip", "snapshot", "volume", "volume_snapshot"],
        tell: async (settings) => {
            const busy: Partial<Settings> = { emptySelective: 422, actionMs: 40_000, ...settings };
            const { world, droplet, stored } = await open(busy, { policy: "keep" });
            await startAction(world, droplet.id, { type: "reboot" });
            await world.delete(stored);
            return world.left();
        },
    },
    "a Droplet alone that is still new": {
        ofEvents: true,
        left: [],
        tell: async (settings) => {
            const slow: Partial<Settings> = { emptySelective: 422, bootMs: 40_000, ...settings };
            const world = new TeardownWorld({ settings: { roundTripMs: 150, ...slow } });
            const dropletId = await createDroplet(world);
            await world.delete(await world.create({ dropletId, policy: "keep" }));
            return world.left();
        },
    },
    "a Droplet that somebody else destroys, and that was to shut down first": {
        ofEvents: true,
        left: [],
        tell: async (settings) => {
            const { world, droplet, stored } = await open(settings, {
                policy: "destroy",
                gracefulShutdown: true,
            });
            world.simulator.panel.destroy(droplet.id);
            await world.pass(500);
            await world.delete(stored);
            return world.left();
        },
    },
    "a reserved IP that fails, while its Droplet goes": {
        ofEvents: true,
        left: ["snapshot"],
        tell: async (settings) => {
            const { world, droplet, stored } = await open({ dropletSurvivesFailure: false, ...settings });
            world.simulator.faults.failItem(droplet.addressId);
            await world.delete(stored);
            return world.left();
        },
    },
    "a reserved IP that fails at first": {
        left: ["snapshot"],
        tell: async (settings) => {
            const { world, droplet, stored } = await open(settings);
            world.simulator.faults.failItem(droplet.addressId);
            await world.delete(stored);
            return world.left();
        },
    },
    "a Droplet that fails at first": {
        left: ["snapshot"],
        tell: async (settings) => {
            const { world, droplet, stored } = await open(settings);
            world.simulator.faults.failDroplet(droplet.id);
            await world.delete(stored);
            return world.left();
        },
    },
    "a second process, one second after the first has submitted": {
        left: ["snapshot"],
        tell: async (settings) => {
            const { world, stored } = await open(settings);
            const first = world.process().delete("teardown-1", stored);
            const second = world.clock.sleep(1_000).then(() => world.process().delete("teardown-1", stored));
            await world.run(Promise.all([first, second]));
            return world.left();
        },
    },
    "a destroy that somebody else began": {
        left: [],
        tell: async (settings) => {
            const { world, droplet, stored } = await open(settings);
            world.simulator.panel.destroy(droplet.id);
            await world.pass(500);
            await world.delete(stored);
            return world.left();
        },
    },
};

/** Any combination of more is for the search of worlds, which draws all of them. */
const COMBINATIONS = combinePairs(TRIED) as readonly Partial<Settings>[];

const DEFAULTS = new Map<string, unknown>(Object.entries(defaultSettings));

describe("what is not known of the API makes no difference to", () => {
    it("the combinations that are tried, in which any two positions meet", () => {
        const all = Object.entries(TRIED).flatMap(([name, positions]) =>
            positions.map((position) => [name, position] as const),
        );
        for (const [name, position] of all) {
            const having = COMBINATIONS.filter((one) => one[name as Switch] === position);
            for (const [other, met] of all.filter(([other]) => other !== name)) {
                assert.ok(
                    having.some((one) => one[other as Switch] === met),
                    `${name} ${position}, ${other} ${met}`,
                );
            }
        }
        assert.ok(COMBINATIONS.length < 40);
    });

    for (const [name, story] of Object.entries(STORIES)) {
        it(`${name}, where everything is as the documentation has it`, async () => {
            assert.deepEqual(await story.tell({}), story.left);
        });

        const alone = Object.entries(TRIED).filter(
            ([name]) =>
                !OF_OTHERS.some((other) => other === name) &&
                OF_EVENTS.some((other) => other === name) === (story.ofEvents ?? false),
        );
        for (const [setting, positions] of alone) {
            it(`${name}, whatever ${setting} is`, async () => {
                // What it usually is, is told once for all of them.
                const unusual = positions.filter((one) => one !== DEFAULTS.get(setting));
                for (const position of unusual) {
                    const settings = { [setting]: position } as Partial<Settings>;
                    assert.deepEqual(await story.tell(settings), story.left, String(position));
                }
            });
        }

        it(`${name}, whatever any two of them are`, async () => {
            for (const combination of someOf(COMBINATIONS, 12)) {
                assert.deepEqual(await story.tell(combination), story.left, JSON.stringify(combination));
            }
        });
    }
});

import type { Engine } from "../../tools/engine/engine.js";
import { engineFor } from "./engine-available.js";
import { type EngineWorld } from "./engine-world.js";
import { inWorld, type StoryOptions } from "./in-world.js";
import { BY_ID_NAMES, COMPONENT_NAMES } from "./component-names.js";
import { underTearDownDroplets, withPlugin } from "./droplet-program.js";
import { TELLS_ALL } from "./tells-all.js";

/** One story in a world of its own; what must remain is asserted in it. */
export interface Scenario extends Omit<StoryOptions, "engine"> {
    /** The story is told with `Droplet`, and where all stories are told with `tearDownDroplets` as well. */
    readonly onBothSurfaces?: boolean;
    /** The story is told with the plugin's component everywhere, and not only where all stories are. */
    readonly onComponent?: boolean;
    /** Its teardown is one by id: the plugin's takes the place of the component. */
    readonly isById?: boolean;
    /** Why it is not told with the component. */
    readonly notOnComponent?: string;
    /** Where else the same is shown; then the story is told only in CI (the variable CI is set). */
    readonly alsoShownBy?: string;
    readonly tell: (world: EngineWorld, engine: Engine) => Promise<void>;
}

/** Long enough for the official provider, which pauses 10 s before it looks at what it has started. */
const TIMEOUT_MS = 300_000;
const AT_A_TIME = 3;

/** Skips a test outside CI and says why. */
export function leaveToCi(test: Mocha.Context, reason: string): void {
    if (!TELLS_ALL) {
        console.log(`    left out: ${reason}; \`CI=true npm test\` tells it`);
        test.skip();
    }
}

/** A test that only CI runs, because the same is shown elsewhere. */
export function leftToCi(title: string, shownBy: string, tell: () => Promise<void>): void {
    it(title, function () {
        leaveToCi(this, shownBy);
        return tell();
    });
}

/** What a world needs to have programs written for one front end. */
export type FrontEnd = Pick<StoryOptions, "rewrite" | "names">;

const ON_THE_COMPONENT: FrontEnd = { rewrite: withPlugin, names: COMPONENT_NAMES };

/** A suite for each front end: the npm package's `Droplet`, and in CI the plugin's component as well. */
export function withEachFrontEnd(
    title: string,
    declare: (suite: Mocha.Suite, frontEnd: FrontEnd) => void,
): void {
    describe(title, function () {
        declare(this, {});
    });
    describe(`${title}, with the plugin`, function () {
        before(function () {
            leaveToCi(this, TOLD_WITH_DROPLET);
        });
        declare(this, ON_THE_COMPONENT);
    });
}

const TOLD_WITH_DROPLET = "its story was told with Droplet";

type Reason = Pick<Scenario, "notOnComponent">;
type Stories = Readonly<Record<string, Scenario>>;

/**
 * A suite of stories, a test each; they are told some at a time, because most of an engine's run is waiting.
 * @param notOnComponent why none of them is told with the plugin's component
 */
export function scenarios(title: string, own: Stories, { notOnComponent }: Reason = {}): void {
    const told = Object.entries(own);
    const withIt = notOnComponent === undefined ? told.flatMap(onTheComponent) : [];
    const all = [...told, ...told.flatMap(onTheOtherSurface), ...withIt];
    const isTold = (story: Scenario): boolean => TELLS_ALL || story.alsoShownBy === undefined;
    const stories = all.filter(([, story]) => isTold(story));

    describe(title, function () {
        this.timeout(TIMEOUT_MS);
        const running = new Map<string, Promise<void>>();

        before(async function () {
            const engine = await engineFor(this);
            const lanes = Array.from({ length: AT_A_TIME }, () => Promise.resolve());
            stories.forEach(([name, { tell, ...options }], index) => {
                const lane = index % AT_A_TIME;
                const story = (lanes[lane] ?? Promise.resolve()).then(() =>
                    inWorld({ engine, ...options }, (world) => tell(world, engine)),
                );
                lanes[lane] = story.catch(() => undefined);
                running.set(name, story);
            });
        });

        for (const [name, story] of all) {
            it(name, function () {
                if (story.alsoShownBy !== undefined) {
                    leaveToCi(this, story.alsoShownBy);
                }
                return running.get(name);
            });
        }
    });
}

function onTheOtherSurface([name, story]: readonly [string, Scenario]): (readonly [string, Scenario])[] {
    const other = { rewrite: underTearDownDroplets, alsoShownBy: TOLD_WITH_DROPLET };
    return story.onBothSurfaces === true ? [[`${name}, with tearDownDroplets`, { ...story, ...other }]] : [];
}

function onTheComponent([name, story]: readonly [string, Scenario]): (readonly [string, Scenario])[] {
    const { onComponent = false, isById = false, notOnComponent, ...same } = story;
    const told = { ...same, ...ON_THE_COMPONENT, ...(isById ? { names: BY_ID_NAMES } : {}) };
    const left = { alsoShownBy: TOLD_WITH_DROPLET };
    const isAboutDroplets = story.program === "" || withPlugin(story.program) !== story.program;
    return notOnComponent === undefined && isAboutDroplets
        ? [[`${name}, with the plugin`, { ...told, ...(onComponent ? {} : left) }]]
        : [];
}

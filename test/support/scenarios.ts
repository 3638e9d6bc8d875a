import type { Engine } from "../../tools/engine/engine.js";
import { engineFor } from "./engine-available.js";
import { type EngineWorld } from "./engine-world.js";
import { inWorld, type StoryOptions } from "./in-world.js";
import { underTearDownDroplets } from "./droplet-program.js";

/** One story in a world of its own; what must remain is asserted in it. */
export interface Scenario extends Omit<StoryOptions, "engine"> {
    /** The story is told with `Droplet`, and in CI (the variable CI is set) with `tearDownDroplets` as well. */
    readonly onBothSurfaces?: boolean;
    readonly tell: (world: EngineWorld, engine: Engine) => Promise<void>;
}

/** Long enough for the official provider, which pauses 10 s before it looks at what it has started. */
const TIMEOUT_MS = 300_000;
const AT_A_TIME = 3;

type Stories = Readonly<Record<string, Scenario>>;

/** A suite of stories, a test each; they are told some at a time, because most of an engine's run is waiting. */
export function scenarios(title: string, own: Stories): void {
    const again = Object.entries(own).flatMap(([name, story]) =>
        story.onBothSurfaces === true
            ? [[`${name}, with tearDownDroplets`, { ...story, rewrite: underTearDownDroplets }] as const]
            : [],
    );
    const isCi = (process.env.CI ?? "") !== "";
    const stories = { ...own, ...(isCi ? Object.fromEntries(again) : {}) };

    describe(title, function () {
        this.timeout(TIMEOUT_MS);
        const told = new Map<string, Promise<void>>();

        before(async function () {
            const engine = await engineFor(this);
            const lanes = Array.from({ length: AT_A_TIME }, () => Promise.resolve());
            Object.entries(stories).forEach(([name, { tell, ...options }], index) => {
                const lane = index % AT_A_TIME;
                const story = (lanes[lane] ?? Promise.resolve()).then(() =>
                    inWorld({ engine, ...options }, (world) => tell(world, engine)),
                );
                lanes[lane] = story.catch(() => undefined);
                told.set(name, story);
            });
        });

        for (const name of Object.keys(stories)) {
            it(name, () => told.get(name));
        }
        for (const [name] of isCi ? [] : again) {
            it(name, function () {
                console.log(
                    "    left out: its story was told with Droplet; this one is told where CI is set",
                );
                this.skip();
            });
        }
    });
}

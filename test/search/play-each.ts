import { play } from "./play.js";
import { CALM, type World } from "./world.js";

/** A test for each named world, which says how the world differs from a calm one. */
export function playEach(title: string, worlds: Readonly<Record<string, Partial<World>>>): void {
    describe(title, () => {
        for (const [name, world] of Object.entries(worlds)) {
            it(name, async () => {
                await play({ ...CALM, ...world });
            });
        }
    });
}

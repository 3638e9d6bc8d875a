import { NAMED } from "./named/index.js";
import { play } from "./play.js";
import { CALM } from "./world.js";

for (const [title, worlds] of Object.entries(NAMED)) {
    describe(title, () => {
        for (const [name, world] of Object.entries(worlds)) {
            it(name, async () => {
                await play({ ...CALM, ...world });
            });
        }
    });
}

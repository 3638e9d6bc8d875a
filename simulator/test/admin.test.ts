import assert from "node:assert/strict";

import { doOnPanel } from "../admin/requests.js";
import { Panel } from "../admin/panel.js";
import { createSimulator, VirtualClock } from "../index.js";

/** Each method of the panel with the name of its first parameter, if it needs one. */
function methods(): (readonly [method: string, parameter: string])[] {
    const { prototype } = Panel as { readonly prototype: object };
    return Object.getOwnPropertyNames(prototype).flatMap((method): (readonly [string, string])[] => {
        const source = String((prototype as Record<string, unknown>)[method]);
        const [, parameter] = /^\w+\((\w+)(?=[,)])/.exec(source) ?? [];
        return method === "constructor" || parameter === undefined ? [] : [[method, parameter]];
    });
}

describe("the admin API's panel", () => {
    const { panel } = createSimulator({ clock: new VirtualClock() });

    for (const [method, parameter] of methods()) {
        it(`asks for what ${method} needs by the panel's own name for it: ${parameter}`, () => {
            assert.throws(() => doOnPanel(panel, { do: method }), {
                message: new RegExp(`^${parameter} is required$`),
            });
        });
    }
});

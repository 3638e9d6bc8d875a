import assert from "node:assert/strict";

import { engineFor } from "../support/engine-available.js";
import { destroyEveryCell } from "./matrix-run.js";
import {
    ADDRESSES,
    CELLS,
    mustRemain,
    OTHERS,
    SNAPSHOTS,
    VOLUME_SNAPSHOTS,
    VOLUMES,
    type Cell,
} from "../support/matrix.js";
import { withEachFrontEnd } from "../support/scenarios.js";

const PROPERTIES = {
    volume: VOLUMES,
    address: ADDRESSES,
    snapshot: SNAPSHOTS,
    volumeSnapshot: VOLUME_SNAPSHOTS,
    other: OTHERS,
} as const;

withEachFrontEnd("destroy of every pair of ways to have things, policy destroy", (suite, frontEnd) => {
    suite.timeout(300_000);
    let left: string[];

    const leftIn = ({ number }: Cell): string[] => left.filter((name) => name.endsWith(`-${number}`)).sort();

    before(async function () {
        left = await destroyEveryCell(await engineFor(this), frontEnd);
    });

    for (const cell of CELLS) {
        const { number, ...values } = cell;
        it(`${number}: ${Object.values(values).join("; ")}`, () => {
            assert.deepEqual(leftIn(cell), mustRemain(cell));
        });
    }

    it("leaves nothing else, no address and no tag", () => {
        assert.deepEqual(
            left.filter((name) => !CELLS.some((cell) => leftIn(cell).includes(name))),
            [],
        );
    });

    it("has every pair of values in some cell", () => {
        const all = Object.entries(PROPERTIES) as [keyof typeof PROPERTIES, readonly string[]][];
        const missing = all.flatMap(([one, values], index) =>
            all
                .slice(index + 1)
                .flatMap(([other, others]) =>
                    values.flatMap((value) =>
                        others
                            .filter(
                                (its) => !CELLS.some((cell) => cell[one] === value && cell[other] === its),
                            )
                            .map((its) => `${one} ${value}, ${other} ${its}`),
                    ),
                ),
        );
        assert.deepEqual(missing, []);
    });
});

import assert from "node:assert/strict";

import { engineFor } from "../support/engine-available.js";
import { destroyEveryCell } from "../support/matrix-run.js";
import { ADDRESSES, CELLS, mustRemain, VOLUMES, type Cell } from "../support/matrix.js";

describe("destroy of every combination, policy destroy", function () {
    this.timeout(600_000);
    let left: string[];

    const leftOf = ({ number }: Cell): string[] => left.filter((name) => name.endsWith(`-${number}`)).sort();

    before(async function () {
        left = await destroyEveryCell(await engineFor(this));
    });
    after(() => {
        if ((left as string[] | undefined) !== undefined) {
            console.log(matrix(leftOf));
        }
    });

    for (const volume of VOLUMES) {
        for (const address of ADDRESSES) {
            it(`volume: ${volume}, address: ${address}`, () => {
                for (const cell of CELLS.filter((one) => one.volume === volume && one.address === address)) {
                    assert.deepEqual(leftOf(cell), mustRemain(cell), JSON.stringify(cell));
                }
            });
        }
    }

    it("leaves nothing else, and no address", () => {
        assert.deepEqual(
            left.filter((name) => !CELLS.some((cell) => leftOf(cell).includes(name))),
            [],
        );
    });
});

/** One line for each volume and address, one column for each way to have snapshots; firewall and record in it. */
function matrix(leftOf: (cell: Cell) => readonly string[]): string {
    const lines = VOLUMES.flatMap((volume) =>
        ADDRESSES.map((address) => {
            const cells = CELLS.filter((cell) => cell.volume === volume && cell.address === address);
            return `    ${volume.padEnd(30)}${address.padEnd(36)}${cells.map((cell) => outcome(cell, leftOf(cell))).join(" ")}`;
        }),
    );
    return [
        "",
        "    What a destroy has left of each cell; snapshot, volume snapshot and other resource:",
        ...CELLS.slice(0, 8).map(
            (cell, index) => `      ${index + 1}  ${cell.snapshot}, ${cell.volumeSnapshot}, ${cell.other}`,
        ),
        "    -  nothing   s  the snapshot of a volume that was not to be destroyed   v  the retained volume   !  wrong",
        "",
        `    ${"volume".padEnd(30)}${"address".padEnd(36)}1  2  3  4  5  6  7  8`,
        ...lines,
    ].join("\n");
}

function outcome(cell: Cell, left: readonly string[]): string {
    if (JSON.stringify(left) !== JSON.stringify(mustRemain(cell))) {
        return "! ";
    }
    const letters = left.map((name) => (name.startsWith("snapshot") ? "s" : "v")).join("");
    return (letters || "-").padEnd(2);
}

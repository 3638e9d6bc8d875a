import assert from "node:assert/strict";
import { CliWorld } from "../support/cli-world.js";
import { personalToken, TeardownWorld, TOKEN } from "../support/teardown-world.js";

const ODD_TOKEN = "correct-horse-battery-staple";
const OTHERS = personalToken("0ff1ce");
/** Names that must be compared as they are, and never be printed so. */
const SECRET: readonly string[] = ["https://user:hunter2@db.example/x", OTHERS, `copy of ${ODD_TOKEN}`];
const NAMES: readonly string[] = [...SECRET, "pg\u202e-backup", "two\nlines\u001b[2J"];
const HARMFUL = new RegExp(`hunter2|${OTHERS}|${ODD_TOKEN}|[\\u001b\\u202e]`);

const REPORT = {
    DROPLET_TEARDOWN_REPORT: "/out/reports.ndjson",
    DROPLET_TEARDOWN_SUMMARY: "/out/summary.md",
};

describe("names that are harmful where they are printed", () => {
    for (const name of NAMES) {
        it(`finding 6: keep what they name exactly: ${JSON.stringify(name)}`, async () => {
            const world = new TeardownWorld();
            const { id } = world.simulator.panel.createDroplet("web-1");
            world.simulator.panel.takeSnapshot(id, name);
            world.simulator.panel.takeSnapshot(id, "nightly");
            await world.delete(await world.create({ dropletId: id, policy: "destroy", keep: [name] }));
            assert.deepEqual(
                world.simulator.state().snapshots.map((one) => one.name),
                [name],
            );
        });
    }

    for (const fails of [false, true]) {
        it(`finding 6: are harmless in what \`pulumi destroy\` tells${fails ? " of a failure" : ""}`, async () => {
            const grants = { [TOKEN]: {}, [ODD_TOKEN]: {} };
            const world = new TeardownWorld({ grants });
            const { id } = world.simulator.panel.createDroplet("web-1");
            const snapshots = NAMES.map((name) => world.simulator.panel.takeSnapshot(id, name));
            const stored = await world.create({ dropletId: id, policy: "destroy" });
            if (fails) {
                snapshots.forEach((one, index) =>
                    world.simulator.faults.failItem(one.id, { times: Infinity, message: NAMES[index]! }),
                );
            }
            const options = { config: { "digitalocean:token": ODD_TOKEN }, env: REPORT };
            const message = await world.delete(stored, options).then(
                () => "",
                (error: unknown) => (error as Error).message,
            );
            assert.equal(message !== "", fails);
            const told = [message, ...world.lines.map((line) => line.text)].join("").replaceAll("\n", " ");
            assert.match(told, /nothing|snapshot/);
            assert.doesNotMatch(told, HARMFUL);
            const files = [...world.files.values()].join("").replaceAll("\n", " ");
            assert.match(files, /Droplet teardown/);
            assert.doesNotMatch(files, HARMFUL);
        });
    }

    for (const columns of [undefined, 200]) {
        it(`finding 6: are harmless in what the command line prints on ${columns === undefined ? "pipes" : "a terminal"}`, async () => {
            const world = new CliWorld({}, { [ODD_TOKEN]: {} });
            const { id } = world.simulator.panel.createDroplet("web-1");
            NAMES.forEach((name) => world.simulator.panel.takeSnapshot(id, name));
            const options = {
                env: { DIGITALOCEAN_TOKEN: ODD_TOKEN, NO_COLOR: "1" },
                ...(columns === undefined ? {} : { columns, answer: "web-1" }),
            };
            const shown: string[] = [];
            for (const command of [
                `plan ${id}`,
                `plan ${id} --json`,
                `destroy ${id} --yes --policy destroy --report /r.json --summary /s.md`,
                `status ${id}`,
            ]) {
                const ran = await world.run(command, options);
                shown.push(ran.stdout, ran.stderr, ...ran.questions);
            }
            const text = [...shown, ...world.files.values()].join("").replaceAll("\n", " ");
            // What rewrites a line of a terminal is ours.
            const harmless = text.replaceAll("\u001b[1A\r\u001b[J", "");
            assert.match(harmless, /db\.example/);
            assert.doesNotMatch(harmless, HARMFUL);
        });
    }
});

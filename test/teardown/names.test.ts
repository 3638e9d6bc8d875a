import assert from "node:assert/strict";
import type { Fetch } from "../../provider/digitalocean/connection.js";
import { CliWorld } from "../support/cli-world.js";
import { personalToken, TeardownWorld, TOKEN } from "../support/teardown-world.js";

/** Answers of the destroy's own endpoints without a name of a resource. */
function withoutName(world: TeardownWorld, name: string): Fetch {
    return async (url, init) => {
        const answer = await world.simulator.fetch(url, init);
        if (!/destroy_with_associated_resources(\/status)?$/.test(url) || answer.status !== 200) {
            return answer;
        }
        const text = (await answer.text()).replaceAll(`"${name}"`, "null");
        return {
            ...answer,
            body: (async function* () {
                yield await Promise.resolve(Buffer.from(text));
            })(),
        };
    };
}

describe("a volume whose name is not told", () => {
    it("stays while something is to be kept by its name", async () => {
        const world = new TeardownWorld();
        const { id } = world.dropletWithEverything();
        const stored = await world.create({ dropletId: id, policy: "destroy", keep: ["web-1-*"] });
        await world.delete(stored, { fetch: withoutName(world, "web-1-data") });
        assert.deepEqual(world.left(), ["volume", "volume_snapshot"]);
        assert.match(world.announced().at(-1) ?? "", /kept +volume /);
    });
});

describe("a reserved IP whose address is not told", () => {
    it("holds up neither a destroy that keeps it nor the look for what is left", async () => {
        const world = new TeardownWorld();
        const droplet = world.dropletWithEverything();
        const fetch = withoutName(world, droplet.address);
        const process = world.process({ fetch });
        const stored = await world.create(
            { dropletId: droplet.id, policy: { default: "destroy", reservedIps: "keep" } },
            process,
        );
        await world.delete(stored, { fetch });
        assert.deepEqual(world.left(), ["reserved_ip"]);
        // Gone by other means for all that is known now: the recorded address may be there still.
        world.simulator.settings.statusRetentionMs = 0;
        await world.pass(7_200_000);
        await world.delete(stored, { fetch });
        assert.match(
            world.announced().at(-1) ?? "",
            /unknown +reserved ip +\d+ +DigitalOcean did not return its address/,
        );
    });
});

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
        it(`keep what they name exactly: ${JSON.stringify(name)}`, async () => {
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
        it(`are harmless in what \`pulumi destroy\` tells${fails ? " of a failure" : ""}`, async () => {
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
        it(`are harmless in what the command line prints on ${columns === undefined ? "pipes" : "a terminal"}`, async () => {
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

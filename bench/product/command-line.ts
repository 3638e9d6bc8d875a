import { EXIT } from "../../cli/exit-codes.js";
import { expiryTag } from "../../provider/teardown/model.js";
import { CliWorld } from "../../test/support/cli-world.js";
import { personalToken } from "../../test/support/teardown-world.js";
import type { Meter } from "./meter.js";

/** Of everybody who is measured here. */
export const TOKEN = personalToken("c11");
const TAG = "preview";

/** An account with so many Droplets that carry a tag, each with a snapshot. */
export function accountWith(droplets: number): CliWorld {
    const world = new CliWorld();
    tagMore(world, droplets, TAG);
    return world;
}

/** @returns the ids of new Droplets that carry the tag */
export function tagMore(world: CliWorld, droplets: number, tag: string): number[] {
    const { panel } = world.simulator;
    return Array.from({ length: droplets }, (_, index) => {
        const { id } = panel.createDroplet(`${tag}-${index + 1}`, { tags: [tag] });
        panel.takeSnapshot(id, `${tag}-${index + 1}-nightly`);
        return id;
    });
}

/** Of all that are measured here. */
const PAST = expiryTag(Date.UTC(2025, 0, 1));
const AHEAD = expiryTag(Date.UTC(2027, 0, 1));

/** An account with so many Droplets that have expired, and a fifth as many that have not, all with one tag. */
export function accountWithExpired(droplets: number): CliWorld {
    const world = accountWith(droplets);
    const { panel } = world.simulator;
    world.simulator.state().droplets.forEach(({ id }) => panel.tagDroplet(id, PAST));
    tagMore(world, droplets / 5, TAG).forEach((id) => panel.tagDroplet(id, AHEAD));
    return world;
}

/** How a command is run. */
interface Manner {
    /** Part of the token's requests a minute; undefined: as it is unless somebody says something else. */
    readonly share?: number;
    readonly interruptedAfterMs?: number;
    readonly isOneOfSeveral?: boolean;
}

/** `droplet-teardown destroy --tag-name …`, unattended, from its first request to its exit code. */
export async function destroyByTag(
    world: CliWorld,
    meter: Meter,
    manner: Manner = {},
    tag = TAG,
    more = "",
): Promise<boolean> {
    const most = world.simulator.state().droplets.length;
    return run(
        world,
        `destroy --tag-name ${tag} --yes --policy destroy --max-droplets ${most}${more}`,
        meter,
        manner,
    );
}

/** The same of those that have expired, with the whole budget. */
export async function destroyExpired(world: CliWorld, meter: Meter): Promise<boolean> {
    return destroyByTag(world, meter, { share: 1 }, TAG, " --expired");
}

/** `droplet-teardown destroy <id>`, unattended. */
export async function destroyById(
    world: CliWorld,
    meter: Pick<Meter, "fetch">,
    id: number,
): Promise<boolean> {
    return run(world, `destroy ${id} --yes --policy destroy`, meter, {});
}

async function run(
    world: CliWorld,
    args: string,
    { fetch }: Pick<Meter, "fetch">,
    manner: Manner,
): Promise<boolean> {
    const { share, ...options } = manner;
    const { code } = await world.run(args, {
        ...options,
        fetch,
        env: {
            DIGITALOCEAN_TOKEN: TOKEN,
            ...(share === undefined ? {} : { DROPLET_TEARDOWN_SHARE: String(share) }),
        },
    });
    return code === EXIT.done;
}

import { type LoggedRequest, type Simulator, type VirtualClock } from "../../simulator/index.js";
import { ProgramWorld } from "../../test/support/program-world.js";
import { figure, type Figure } from "../figures.js";
import { accountWith, destroyById } from "./command-line.js";
import { isPoll } from "./meter.js";
import { destroyOne, upOne } from "./plugin.js";

const ROUND_TRIP_MS = 200;
const DESTROY_MS = 10_000;
const HOUR_MS = 3_600_000;

/** What a destroy or an `up` waits for besides DigitalOcean's own work. */
export interface Chain {
    readonly what: string;
    readonly requests: number;
    readonly ms: number;
    readonly most: { readonly requests: number; readonly ms: number };
}

interface World {
    readonly simulator: Simulator;
    readonly clock: VirtualClock;
}

/** One Droplet with a snapshot, where every round trip takes the same. */
export async function measureChains(): Promise<Chain[]> {
    const world = new ProgramWorld();
    const [program, up] = await observed(world, () => upOne(world, "web-1", world.process()));
    await world.pass(HOUR_MS);
    const [, destroy] = await observed(world, () => world.run(destroyOne(program, world.process())));
    const account = accountWith(1);
    const { simulator } = account;
    const id = simulator.state().droplets[0]?.id ?? 0;
    const [, byId] = await observed(account, () => destroyById(account, simulator, id));
    return [
        { what: "pulumi up, 1 droplet more", ...whole(up), most: { requests: 7, ms: 800 } },
        { what: "pulumi destroy, until the DELETE", ...before(destroy), most: { requests: 10, ms: 1_400 } },
        { what: "pulumi destroy, from the end on", ...after(destroy), most: { requests: 7, ms: 1_200 } },
        { what: "destroy <id>, until the DELETE", ...before(byId), most: { requests: 7, ms: 600 } },
    ];
}

/** A chain as figures, with its bars. */
export function chainFigures({ what, requests, ms, most }: Chain): Figure[] {
    return [
        figure(`${what}: requests`, requests, "", most.requests),
        figure(`${what}: at ${ROUND_TRIP_MS} ms a round trip`, ms / 1_000, "s", most.ms / 1_000),
    ];
}

/** The requests of some work, which took from one time to another. */
interface Observed {
    readonly requests: readonly LoggedRequest[];
    readonly fromMs: number;
    readonly toMs: number;
}

async function observed<T>({ simulator, clock }: World, work: () => Promise<T>): Promise<[T, Observed]> {
    simulator.settings.roundTripMs = () => ROUND_TRIP_MS;
    simulator.settings.destroyDurationMs = () => DESTROY_MS;
    simulator.clearRequests();
    const fromMs = clock.now();
    const value = await work();
    return [value, { requests: simulator.requests(), fromMs, toMs: clock.now() }];
}

type Length = Pick<Chain, "requests" | "ms">;

function whole({ requests, fromMs, toMs }: Observed): Length {
    return { requests: requests.length, ms: toMs - fromMs };
}

/** Until the destroy is sent. The server logs a request at half of its round trip. */
function before({ requests, fromMs }: Observed): Length {
    const index = requests.findIndex(({ path }) => path.endsWith("/selective"));
    return { requests: index, ms: (requests[index]?.atMs ?? Infinity) - ROUND_TRIP_MS / 2 - fromMs };
}

/** After the status that shows the end. */
function after({ requests, toMs }: Observed): Length {
    const index = requests.findLastIndex(isPoll);
    const answeredMs = (requests[index]?.atMs ?? -Infinity) + ROUND_TRIP_MS / 2;
    return { requests: requests.length - 1 - index, ms: toMs - answeredMs };
}

import { breakOnPurpose, type Mutation } from "./mutations.js";

/** What a process has played. */
export interface Played {
    /** How many worlds, the last one included. */
    readonly worlds: number;
    /** What was found, for people. */
    readonly found: readonly string[];
}

/** What a process is to play. */
export interface Job {
    /** Worlds by their numbers or, of those that have names, by their places: the first, and the one after the last. */
    readonly from: number;
    readonly to: number;
    readonly named?: boolean;
    /** A deliberate fault, by its name; null: the code as it is. */
    readonly mutation: string | null;
    readonly stopAtFirst: boolean;
}

/** Plays one by its number; null: everything holds in it. */
type TryNumber = (
    seed: number,
    options: { readonly shrink: boolean },
) => Promise<{ readonly error: Error; readonly describe: () => string } | null>;

/** What can be played: worlds, or lives of a stack. */
interface Playable<Named> {
    readonly mutations: readonly Mutation[];
    readonly named: readonly Named[];
    /** Loads what plays them: only once the code is broken, since what is loaded before is not. */
    readonly load: () => Promise<{
        readonly tryNamed: (one: Named) => Promise<Error | null>;
        readonly tryNumber: TryNumber;
    }>;
}

/** Plays the job that this process was started with, and sends what it has found to the process that started it. */
export function serveJob<Named>(playable: Playable<Named>): void {
    // Whoever started it may be killed, and then nobody reads what it finds.
    process.once("disconnect", () => process.exit());
    process.channel?.unref();
    play(JSON.parse(process.argv[2] ?? "null") as Job, playable).then(
        (played) => process.send?.(played),
        (error: unknown) => {
            console.error(error);
            process.exitCode = 1;
        },
    );
}

async function play<Named>(job: Job, { mutations, named, load }: Playable<Named>): Promise<Played> {
    const { from, to, mutation } = job;
    if (mutation !== null) {
        const known = mutations.find(({ name }) => name === mutation);
        if (known === undefined) {
            throw new Error(`there is no mutation ${mutation}`);
        }
        breakOnPurpose(known);
    }
    const { tryNamed, tryNumber } = await load();
    return job.named === true ? playNamed(named.slice(from, to), tryNamed) : playNumbers(job, tryNumber);
}

async function playNamed<Named>(
    some: readonly Named[],
    tryNamed: (one: Named) => Promise<Error | null>,
): Promise<Played> {
    for (const [index, one] of some.entries()) {
        const error = await tryNamed(one);
        if (error !== null) {
            return { worlds: index + 1, found: [error.message] };
        }
    }
    return { worlds: some.length, found: [] };
}

async function playNumbers({ from, to, stopAtFirst }: Job, tryNumber: TryNumber): Promise<Played> {
    const found: string[] = [];
    let worlds = 0;
    for (let seed = from; seed < to && !(stopAtFirst && found.length > 0); seed += 1) {
        const bad = await tryNumber(seed, { shrink: !stopAtFirst });
        worlds += 1;
        if (bad !== null) {
            found.push(stopAtFirst ? bad.error.message : bad.describe());
        }
    }
    return { worlds, found };
}

import { appendFileSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

import type { Exchange, Settings } from "../../simulator/index.js";
import { isExcepted } from "./exceptions.js";
import { type Difference, Judge } from "./judge.js";

/** Names the file that each process of a suite adds a line to. */
const FILE = "CONTRACT_TALLY";
/** "all" judges every answer; otherwise some of each kind are judged. */
const EXTENT = "CONTRACT";
/** So many answers of an operation and status are judged in a process, and then one of so many. */
const FIRST = 20;
const THEN_ONE_OF = 50;
const SHOWN = 20;

/** What was judged, of one process or of all. */
export interface Tally {
    readonly seen: number;
    readonly answers: number;
    readonly bodies: number;
    readonly headers: number;
    readonly operations: readonly string[];
    readonly wrong: readonly string[];
}

/** Judges the answers of the simulators of this process. */
class Observer {
    readonly #judge = new Judge();
    readonly #counts = new Map<string, number>();
    readonly #operations = new Set<string>();
    readonly #wrong = new Map<string, string>();
    #seen = 0;
    #answers = 0;
    #bodies = 0;
    #headers = 0;
    readonly #judgesAll = process.env[EXTENT] === "all";

    observe({ request, answer, fault }: Exchange, settings: Settings): void {
        // What a test has made wrong is no answer of the simulator's.
        if (answer.kind === "drop" || (fault !== null && fault.kind !== "slow")) {
            return;
        }
        this.#seen++;
        const { status, headers, body } = answer;
        const { method, url } = request;
        if (!this.#isChosen(`${method} ${url.pathname.replace(/\d{4,}|[0-9a-f-]{36}/g, "")} ${status}`)) {
            return;
        }
        const text = body.kind === "text" ? body.text : "";
        const judged = this.#judge.judge({ method, pathname: url.pathname, status, headers, body: text });
        this.#answers++;
        this.#bodies += text === "" ? 0 : 1;
        this.#headers += judged.headers;
        this.#operations.add(judged.operation ?? "none");
        for (const difference of judged.differences.filter((one) => !isExcepted(one, settings))) {
            this.#wrong.set(
                formatDifference(difference),
                `${formatDifference(difference)}: ${JSON.stringify(difference.value)}`,
            );
        }
    }

    tally(): Tally {
        return {
            ...{ seen: this.#seen, answers: this.#answers, bodies: this.#bodies, headers: this.#headers },
            ...{ operations: [...this.#operations], wrong: [...this.#wrong.values()] },
        };
    }

    #isChosen(kind: string): boolean {
        const count = (this.#counts.get(kind) ?? 0) + 1;
        this.#counts.set(kind, count);
        return this.#judgesAll || count <= FIRST || count % THEN_ONE_OF === 0;
    }
}

function formatDifference({ operation, status, where, what }: Difference): string {
    return `${operation ?? ""} ${status} ${where.replace(/\/\d+/g, "/*")} ${what}`.trim();
}

let observer: Observer | null = null;
/** Read once: an environment is slow to read, and every answer would. */
let file = process.env[FILE];

/** To be told of every answer of a simulator in a test. */
export function observe(exchange: Exchange, settings: Settings): void {
    const tallied = file;
    if (tallied === undefined) {
        return;
    }
    if (observer === null) {
        const made = new Observer();
        observer = made;
        process.once("exit", () => {
            if (observer === made) {
                appendFileSync(tallied, `${JSON.stringify(made.tally())}\n`);
            }
        });
    }
    observer.observe(exchange, settings);
}

/** To be called before other processes are started. */
export function startTally(): void {
    file ??= join(mkdtempSync(join(tmpdir(), "contract-")), "tally");
    process.env[FILE] = file;
}

/** What all processes that have ended, and this one, have judged: a closing line, and what is wrong. */
export function takeTally(): { readonly line: string; readonly wrong: readonly string[] } {
    const written = file ?? "";
    appendFileSync(written, "");
    const tallies = readFileSync(written, "utf8")
        .split("\n")
        .filter((line) => line !== "")
        .map((line) => JSON.parse(line) as Tally)
        .concat(observer?.tally() ?? []);
    observer = null;
    rmSync(dirname(written), { recursive: true });
    const sum = (count: (tally: Tally) => number): string =>
        tallies.reduce((total, tally) => total + count(tally), 0).toLocaleString("en");
    const operations = new Set(tallies.flatMap((tally) => tally.operations));
    const wrong = [...new Set(tallies.flatMap((tally) => tally.wrong))];
    const judged = `${sum((one) => one.answers)} of ${sum((one) => one.seen)} answers of ${operations.size} operations`;
    const parts = `${sum((one) => one.bodies)} bodies, ${sum((one) => one.headers)} headers`;
    return {
        line: `${judged} against DigitalOcean's description: ${parts}, wrong ${wrong.length}`,
        wrong: wrong.slice(0, SHOWN),
    };
}

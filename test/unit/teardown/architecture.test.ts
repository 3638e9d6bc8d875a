import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";

import { type Question, whereIs } from "../../../provider/teardown/findings.js";
import { judge } from "../../../provider/teardown/judge.js";
import { announcement } from "../../../provider/teardown/describe.js";
import { next } from "../../../provider/teardown/next.js";
import type { Event } from "../../../provider/teardown/progress.js";
import { REPOSITORY } from "../../support/engine-project-files.js";
import { completed, NO_GAPS, plan, running, shown } from "../../support/resources.js";
import {
    ABSENT,
    accepted,
    answered,
    changed,
    DONE,
    FAILED,
    found,
    listed,
    NONE,
    NOW,
    refused,
    request,
    seen,
    stateAfter,
    stateAfterEvents,
    status,
    unreadable,
    VOLUME,
    WEB,
} from "../../support/told.js";

/** The words of the tables, and what they stand for. */
const WORDS: Readonly<Record<string, readonly Event[]>> = {
    nothing: [],
    "state recorded it": [],
    "its list shows it": listed([VOLUME]),
    "its list does not show it": listed([]),
    "its list answers 404": [answered({ about: "list" }, ABSENT)],
    "a status shows it as destroyed": [status(completed([shown("volume", "v1", "gone")]))],
    "its own endpoint has it": [found(VOLUME, [])],
    "its own endpoint answers 404": [found(VOLUME, null)],
    "its own endpoint cannot be read": [found(VOLUME, new Error("403"))],
    "our delete of it is accepted": [
        changed({ do: "delete resource", resource: VOLUME }, { kind: "accepted" }),
    ],
    "the Droplet is there": [seen()],
    "the Droplet answers 404": [seen(null)],
    "the Droplet cannot be read": [answered({ about: "droplet" }, unreadable())],
    "no destroy is known": [status(NONE)],
    "a destroy is running": [status(running())],
    "an older destroy has ended": [status(FAILED)],
    "a status shows its end": [status(DONE)],
    "its status cannot be read": [answered({ about: "destroy" }, unreadable())],
    "our destroy is accepted": [accepted()],
    "our destroy is refused": [refused()],
    "the plan is announced": [
        { is: "said", topic: "plan", text: announcement(WEB, plan({ destroy: [VOLUME] }), NO_GAPS) },
    ],
    "something has waited": [{ is: "admitted", count: 4 }],
};

/** The rows of the table of the page with such a heading in its second column. */
function readRows(heading: string): (readonly [read: string, then: string])[] {
    const lines = readFileSync(join(REPOSITORY, "docs/architecture.md"), "utf8").split("\n");
    const start = lines.findIndex((line) => line.startsWith("| What ") && cells(line)[1] === heading);
    const end = lines.findIndex((line, index) => index > start && !line.startsWith("|"));
    return lines.slice(start + 2, end).map((line) => {
        const [read = "", then = ""] = cells(line);
        return [read, then];
    });
}

function cells(line: string): string[] {
    return line
        .split("|")
        .slice(1, -1)
        .map((cell) => cell.trim());
}

function parseEvents(read: string): Event[] {
    return read.split("; ").flatMap((word) => {
        const events = WORDS[word];
        assert.ok(events !== undefined, `no test knows "${word}"`);
        return events;
    });
}

function asked(questions: readonly Question[]): string {
    return `ask ${[...new Set(questions.map(({ about }) => about))].join(", ")}`;
}

describe("docs/architecture.md says", () => {
    for (const [read, then] of readRows("It is")) {
        it(`where a volume is: ${read}: ${then}`, () => {
            const [evidence] = stateAfterEvents([VOLUME], ...parseEvents(read)).findings.evidence;
            assert.equal(evidence && whereIs(evidence).is, then);
        });
    }

    for (const [read, then] of readRows("Judgement")) {
        it(`what is judged: ${read}: ${then}`, () => {
            const judgement = judge(stateAfter(parseEvents(read)).findings, request(), 0);
            const later = judgement.is === "open" && judgement.again ? ", later" : "";
            assert.equal(judgement.is === "open" ? asked(judgement.ask) + later : judgement.is, then);
        });
    }

    for (const [read, then] of readRows("Step")) {
        it(`what comes next: ${read}: ${then}`, () => {
            const hasWaited = read.includes("something has waited");
            const group = hasWaited ? "broken" : read === "nothing" ? "none" : "whole";
            const now = { ms: NOW, wallMs: NOW, epoch: hasWaited ? 1 : 0, group } as const;
            const step = next(stateAfter(parseEvents(read)), request(), now);
            switch (step.do) {
                case "ask": {
                    const together = step.reserve > 0 ? `, ${step.reserve} together` : "";
                    assert.equal(asked(step.questions) + together, then);
                    break;
                }
                case "wait":
                    assert.equal(
                        step.until === "a poll is due"
                            ? "poll"
                            : `wait ${Math.round(step.until.ms / 1_000)} s`,
                        then,
                    );
                    break;
                case "say":
                    assert.equal(`say ${step.topic}`, then);
                    break;
                case "change":
                    assert.equal(step.change.do, then);
                    break;
                case "end":
                    assert.equal("end", then);
            }
        });
    }

    it("something in each of its tables", () => {
        for (const heading of ["It is", "Judgement", "Step"]) {
            assert.ok(readRows(heading).length > 5, heading);
        }
    });
});

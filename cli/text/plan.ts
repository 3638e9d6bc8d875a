import { getErrorCode, messageOf } from "../../provider/teardown/errors.js";
import { FINAL_REASON } from "../../provider/teardown/plan.js";
import {
    backupsLine,
    columns,
    costs,
    count,
    dropletLabel,
    expiryPhrase,
    gapLines,
    monthly,
    monthlySum,
    printable,
    resourceCells,
    unmatchedLine,
} from "../../provider/teardown/format.js";
import { type Droplet, findStack, type Gaps, isWhole, isWithin } from "../../provider/teardown/model.js";
import type { ReportedResource } from "../../provider/teardown/report.js";
import { surveyReport } from "./entries.js";
import { nothingMatches, notVisible } from "./report.js";
import type { SurveyState, Survey } from "../selection/survey.js";
import type { Paint } from "./terminal.js";

/** A plan for people: every resource, why it stays, and the costs. */
export function planText(surveys: readonly Survey[], paint: Paint, account: string | null): string {
    if (surveys.length === 0) {
        return nothingMatches(account);
    }
    return [...surveys.map((survey) => dropletText(survey, paint, account)), totals(surveys)].join("\n");
}

function dropletText(survey: Survey, paint: Paint, account: string | null): string {
    const { dropletId, droplet, plan, finalSnapshot, policyTitle } = survey;
    const label = paint("bold", dropletLabel(dropletId, droplet?.name ?? null));
    const price = droplet === null ? "" : `, ${monthly(droplet.monthlyPrice)}${expiryPhrase(droplet)}`;
    const isSaid = survey.refusal !== null && getErrorCode(survey.refusal) === "stack-lives";
    const stack = isSaid ? null : stackWarning(droplet);
    const stays = [...plan.keep, ...plan.prevented];
    const rows = [
        ...(finalSnapshot === null
            ? []
            : [["takes", "snapshot", printable(finalSnapshot), "cost depends on its size", FINAL_REASON]]),
        ...resourceRows(survey).map((row) => [
            row.word,
            ...resourceCells(row),
            row.word === "destroys" && !isWithin([row], stays) ? "" : printable(row.reason ?? ""),
        ]),
    ];
    return [
        `${label}${price}: ${paint(stateColour(survey.state), stateText(survey, account))}`,
        ...(stack === null ? [] : [paint("yellow", `  ${stack}`)]),
        ...(policyTitle === null ? [] : [`  by ${policyTitle}`]),
        ...columns(rows),
        ...backupsLine(survey.state === "ready" ? (droplet?.backups ?? 0) : 0),
        ...unmatchedLine(plan.unmatched),
        ...gapLines(gapsIn(survey)),
    ].join("\n");
}

const WORDS = ["destroys", "has", "prevents", "keeps"] as const;

/** What a plan would do to a resource; "has": nothing, because it cannot be carried out, or is not known. */
interface PlanRow extends ReportedResource {
    readonly word: (typeof WORDS)[number];
}

/** The rows of the survey's report, but for what is gone. */
function resourceRows(survey: Survey): readonly PlanRow[] {
    const { state, plan } = survey;
    // Recorded before, and shown by nothing now: a destroy takes what is there.
    const isPast = ({ outcome }: ReportedResource): boolean => outcome === "unknown" && state === "ready";
    const wordFor = (resource: ReportedResource): PlanRow["word"] => {
        // Of what is to stay, only what a running destroy takes is pending.
        if (resource.outcome !== "pending" && isWithin([resource], plan.keep)) {
            return "keeps";
        }
        if (resource.outcome !== "pending" && isWithin([resource], plan.prevented)) {
            return "prevents";
        }
        return state === "refused" || resource.outcome === "unknown" ? "has" : "destroys";
    };
    const rows = surveyReport(survey, 0)
        .resources.filter((one) => one.outcome !== "destroyed" && !isPast(one))
        .map((resource) => ({ ...resource, word: wordFor(resource) }));
    return WORDS.flatMap((word) => rows.filter((row) => row.word === word));
}

function stateText({ dropletId, state, status, refusal, droplet }: Survey, account: string | null): string {
    const proven = droplet !== null || status.state !== "none";
    switch (state) {
        case "ready":
            return "would be destroyed";
        case "running": {
            const { resources } = status.state === "none" ? { resources: [] } : status;
            const done = resources.filter((resource) => resource.destroyedAt !== null).length;
            return `its destroy is running: ${done} of ${count(resources.length, "resource")} gone`;
        }
        case "unfinished":
            return `${proven ? "gone" : notVisible(account, dropletId)}; some of its resources remain`;
        case "gone":
            return proven ? "already gone" : notVisible(account, dropletId);
        case "refused":
            return messageOf(refusal);
    }
}

function stateColour(state: SurveyState): "red" | "yellow" | "green" {
    return state === "refused" ? "red" : state === "gone" ? "green" : "yellow";
}

function totals(surveys: readonly Survey[]): string {
    const droplets = surveys.filter(({ state }) => state === "ready" || state === "running");
    const rows = surveys.flatMap(resourceRows);
    const [going, staying] = [
        rows.filter(({ word }) => word === "destroys"),
        rows.filter(({ word }) => word !== "destroys"),
    ];
    const saved = monthlySum([
        ...droplets.map(({ droplet }) => droplet?.monthlyPrice ?? null),
        ...costs(going),
    ]);
    const isAll = surveys.every((survey) => isWhole(gapsIn(survey)));
    const stays = monthlySum(costs(staying), isAll);
    const what = `${count(droplets.length, "droplet")} and ${count(going.length, "associated resource")}`;
    const rest = `${isAll ? "" : "at least "}${count(staying.length, "associated resource")} to stay, ${stays}`;
    return `${what} to destroy, ${saved}; ${rest}.`;
}

function gapsIn({ plan, findings }: Survey): Gaps {
    return { unread: plan.unread, unknownKinds: findings.unknownKinds };
}

/** The warning for a Droplet that a Pulumi stack manages; null if it has no stack tag. */
export function stackWarning(droplet: Droplet | null): string | null {
    const stack = droplet === null ? null : findStack(droplet);
    if (droplet === null || stack === null) {
        return null;
    }
    const label = dropletLabel(droplet.id, droplet.name);
    return `${label} belongs to the Pulumi stack ${printable(stack)}: its state will not know that the droplet is gone; prefer \`pulumi destroy\` there`;
}

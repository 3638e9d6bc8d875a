import { FINAL_REASON } from "../provider/teardown/final-snapshot.js";
import {
    backupsLine,
    columns,
    count,
    dropletLabel,
    kindLabel,
    monthly,
    monthlySum,
    printable,
    resourceLabel,
    unreadLine,
} from "../provider/teardown/format.js";
import {
    type AssociatedResource,
    destroyedIn,
    type Droplet,
    isWithin,
    sameResource,
} from "../provider/teardown/model.js";
import { openOf } from "../provider/teardown/whereabouts.js";
import { nothingMatches, notVisible } from "./report-text.js";
import type { SurveyState, Survey } from "./survey.js";
import type { Paint } from "./terminal.js";

/** A plan for people: every resource, why it stays, and the costs. */
export function planText(surveys: readonly Survey[], paint: Paint, account: string | null): string {
    if (surveys.length === 0) {
        return nothingMatches(account);
    }
    return [...surveys.map((survey) => dropletText(survey, paint, account)), totals(surveys)].join("\n");
}

function dropletText(survey: Survey, paint: Paint, account: string | null): string {
    const { dropletId, droplet, plan, finalSnapshot } = survey;
    const label = paint("bold", dropletLabel(dropletId, droplet?.name ?? null));
    const price = droplet === null ? "" : `, ${monthly(droplet.monthlyPrice)}`;
    const stack = stackWarning(droplet);
    const rows = [
        ...(finalSnapshot === null ? [] : [taking(finalSnapshot)]),
        ...remaining(survey).map((resource) => ["destroys", ...cells(resource)]),
        ...plan.prevented.map((resource) => ["prevents", ...cells(resource), resource.reason]),
        ...plan.keep.map((resource) => ["keeps", ...cells(resource), printable(resource.reason)]),
        ...unplanned(survey).map((resource) => ["has", ...cells(resource)]),
    ];
    return [
        `${label}${price}: ${paint(colourOf(survey.state), stateText(survey, account))}`,
        ...(stack === null ? [] : [paint("yellow", `  ${stack}`)]),
        ...columns(rows),
        ...backupsLine(survey.state === "ready" ? (droplet?.backups ?? 0) : 0),
        ...unreadLine(plan.unread),
        ...unmatched(plan.unmatched),
    ].join("\n");
}

function taking(finalSnapshot: string): string[] {
    return ["takes", kindLabel("snapshot"), printable(finalSnapshot), "cost by its size", FINAL_REASON];
}

/** What remains to be destroyed: a status also shows what is gone. */
function remaining({ plan, status }: Survey): readonly AssociatedResource[] {
    const gone = destroyedIn(status);
    return plan.destroy.filter((resource) => !gone.some((other) => sameResource(other, resource)));
}

/** What is known of a Droplet that could not be planned. */
function unplanned({ state, plan, findings }: Survey): readonly AssociatedResource[] {
    const planned = [...plan.destroy, ...plan.keep, ...plan.prevented];
    return state === "refused" ? openOf(findings).filter((one) => !isWithin([one], planned)) : [];
}

function stateText({ state, status, refusal, droplet }: Survey, account: string | null): string {
    const proven = droplet !== null || status.state !== "none";
    switch (state) {
        case "ready":
            return "would be destroyed";
        case "running": {
            const { resources } = status.state === "none" ? { resources: [] } : status;
            const done = resources.filter((resource) => resource.destroyedAt !== null).length;
            return `a destroy of it is running, ${done} of ${count(resources.length, "resource")} are gone`;
        }
        case "unfinished":
            return `${proven ? "gone" : notVisible(account)}, but something of it is left`;
        case "gone":
            return proven ? "already gone" : notVisible(account);
        case "refused":
            return refusal instanceof Error ? refusal.message : String(refusal);
    }
}

function colourOf(state: SurveyState): "red" | "yellow" | "green" {
    return state === "refused" ? "red" : state === "gone" ? "green" : "yellow";
}

function cells(resource: AssociatedResource): string[] {
    return [kindLabel(resource.kind), resourceLabel(resource), monthly(resource.monthlyCost)];
}

function unmatched(entries: readonly string[]): string[] {
    return entries.length === 0 ? [] : [`  keep: nothing matches ${entries.map(printable).join(", ")}`];
}

function totals(surveys: readonly Survey[]): string {
    const going = surveys.filter(({ state }) => state !== "refused");
    const droplets = going.filter(({ state }) => state === "ready" || state === "running");
    const resources = going.flatMap(remaining);
    const staying = [
        ...surveys.flatMap(({ plan }) => [...plan.keep, ...plan.prevented]),
        ...surveys.filter(({ state }) => state === "refused").flatMap(({ plan }) => plan.destroy),
    ];
    const saved = monthlySum([
        ...droplets.map(({ droplet }) => droplet?.monthlyPrice ?? null),
        ...resources.map((resource) => resource.monthlyCost),
    ]);
    const isWhole = surveys.every(({ plan }) => plan.unread.length === 0);
    const stays = monthlySum(
        staying.map((resource) => resource.monthlyCost),
        isWhole,
    );
    const what = `${count(droplets.length, "droplet")} and ${count(resources.length, "associated resource")}`;
    const rest = `${isWhole ? "" : "at least "}${count(staying.length, "associated resource")} to stay, ${stays}`;
    return `${what} to destroy, ${saved}; ${rest}.`;
}

const STACK_TAG = /^teardown:([^:]+):([^:]+)$/i;

/** The warning for a Droplet that a Pulumi stack manages; null if it has no stack tag. */
export function stackWarning(droplet: Droplet | null): string | null {
    for (const tag of droplet?.tags ?? []) {
        const [, project, stack] = STACK_TAG.exec(tag) ?? [];
        if (droplet !== null && project !== undefined && stack !== undefined) {
            const label = dropletLabel(droplet.id, droplet.name);
            const whose = `${printable(project)}/${printable(stack)}`;
            return `${label} belongs to the Pulumi stack ${whose}: its state will not know that the droplet is gone; prefer \`pulumi destroy\` there`;
        }
    }
    return null;
}

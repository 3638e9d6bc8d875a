import { RefusedError } from "../../provider/teardown/errors.js";
import { count, dropletLabel, outsideText } from "../../provider/teardown/format.js";
import { type Droplet, expiresAt, type Outside, whyOutside } from "../../provider/teardown/model.js";
import { code } from "../../provider/teardown/report-markdown.js";
import { type AgeSelector, type DropletSelector, toSweep } from "../arguments/invocation.js";

/** A Droplet with the tag that is not old enough, or whose age or expiry is unknown. */
export interface LeftAlone {
    readonly droplet: Droplet;
    readonly because: string;
    /** Whether nobody would notice that it never goes. */
    readonly mustBeNamed: boolean;
}

/** Beyond so many, Droplets that have time left are only counted. */
const MAX_NAMED = 10;

/**
 * The selector with DigitalOcean's time, by which alone a Droplet is old: ours may be wrong. A saved plan keeps that
 * of its own look, so that what has expired since is not part of it.
 * @throws UnreadableError if DigitalOcean's answers had no date
 */
export function datedNow(
    targets: DropletSelector,
    age: AgeSelector,
    serverNow: number | null,
): DropletSelector {
    const asOfMs = age.asOfMs ?? serverNow;
    if (asOfMs === null) {
        throw new RefusedError(
            "nothing was destroyed: DigitalOcean's answers have no Date header, so no droplet is known to be old enough",
            "unreadable",
        );
    }
    return { ...targets, age: { ...age, asOfMs } };
}

/** Those of the Droplets with the tag that are old enough, and those that are not. */
export function byAge<Found extends { readonly id: number; readonly droplet: Droplet | null }>(
    found: readonly Found[],
    selector: DropletSelector,
): { readonly selected: readonly Found[]; readonly leftAlone: readonly LeftAlone[] } {
    const sweep = toSweep(selector);
    const leftAlone = found.flatMap(({ droplet }): LeftAlone[] => {
        const why = droplet === null || sweep === null ? null : whyOutside(sweep, droplet);
        return droplet === null || why === null
            ? []
            : [{ droplet, because: outsideText(why), mustBeNamed: !isYoung(why) }];
    });
    const ids = new Set(leftAlone.map(({ droplet }) => droplet.id));
    return { selected: found.filter(({ id }) => !ids.has(id)), leftAlone };
}

function isYoung({ is }: Outside): boolean {
    return is === "not-expired" || is === "younger";
}

/** For people. What is of unknown age or expiry is always named: nobody would notice that it never goes. */
export function leftAloneText(all: readonly LeftAlone[]): string {
    const waiting = all.filter(({ mustBeNamed }) => !mustBeNamed);
    const named = [...all.filter(({ mustBeNamed }) => mustBeNamed), ...waiting.slice(0, MAX_NAMED)];
    const others = all.length - named.length;
    const lines = [
        ...named.map(
            ({ droplet: { id, name }, because }) =>
                `left alone: ${dropletLabel(id, name)}, because ${because}`,
        ),
        ...(others === 0 ? [] : [`left alone: ${count(others, "more droplet")} with time left`]),
    ];
    return lines.map((line) => `${line}\n`).join("");
}

/** The same for the JSON report. */
export function leftAloneJson(all: readonly LeftAlone[]): object {
    return {
        leftAlone: all.map(({ droplet, because }) => ({
            id: droplet.id,
            name: droplet.name,
            reason: because,
            expiresAt: expiresAt(droplet),
            createdAt: droplet.createdAt,
        })),
    };
}

/** The same for the Markdown summary; "" if there are none. */
export function leftAloneMarkdown(all: readonly LeftAlone[]): string {
    const items = all.map(({ droplet, because }) => `- ${code(droplet.name)} (${droplet.id}): ${because}`);
    return items.length === 0 ? "" : `Left alone:\n\n${items.join("\n")}\n\n`;
}

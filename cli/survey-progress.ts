import type { Context } from "./context.js";
import { fleetDisplay } from "./display.js";

/** A survey of this few takes no time. */
const MOST_IN_SILENCE = 5;

export interface SurveyProgress {
    /** One more Droplet has been surveyed. */
    readonly next: () => void;
    readonly close: () => void;
}

/** "looked at 40/300 droplets", on standard error, while many are surveyed. */
export function surveyProgress(total: number, { surroundings }: Context): SurveyProgress {
    if (total <= MOST_IN_SILENCE) {
        return { next: () => undefined, close: () => undefined };
    }
    const display = fleetDisplay(surroundings, total);
    let done = 0;
    const tell = (): void => display.progress(`looked at ${done}/${total} droplets`);
    tell();
    return {
        next: () => {
            done += 1;
            tell();
        },
        close: () => display.close(),
    };
}

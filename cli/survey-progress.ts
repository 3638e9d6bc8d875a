import type { Context } from "./context.js";
import { fleetDisplay } from "./display.js";

/** A survey of this few takes no time. */
const MAX_IN_SILENCE = 5;

export interface SurveyProgress {
    /** One more Droplet has been surveyed. */
    readonly next: () => void;
    readonly close: () => void;
}

/** "looked at 40/300 droplets", on standard error, while many are surveyed. */
export function surveyProgress(total: number, { runtime }: Context): SurveyProgress {
    if (total <= MAX_IN_SILENCE) {
        return { next: () => undefined, close: () => undefined };
    }
    const display = fleetDisplay(runtime, total);
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

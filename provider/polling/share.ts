import { DEFAULT_SHARE } from "./budget.js";

/** Maximum share of the token's requests per minute that a process uses. */
const SHARE_VARIABLE = "DROPLET_TEARDOWN_SHARE";
/** Less would make hardly any progress. */
const LEAST_SHARE = 0.1;

/** The share set in the environment, from 0.1 to 1; the default if it is missing or unreadable. */
export function shareFrom(env: (name: string) => string | undefined): number {
    const text = env(SHARE_VARIABLE)?.trim() ?? "";
    const share = /^\d?(\.\d{1,4})?$/.test(text) && text !== "" ? Number(text) : NaN;
    return share >= LEAST_SHARE && share <= 1 ? share : DEFAULT_SHARE;
}

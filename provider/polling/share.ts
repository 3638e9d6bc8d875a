import { DEFAULT_SHARE } from "./budget.js";

/** Part of the token's requests a minute that a process takes at most. */
const SHARE_VARIABLE = "DROPLET_TEARDOWN_SHARE";
/** Less would hardly get anywhere. */
const LEAST_SHARE = 0.1;

/** The share that the environment asks for, from 0.1 to 1; the default where it says nothing that can be read. */
export function shareFrom(env: (name: string) => string | undefined): number {
    const text = env(SHARE_VARIABLE)?.trim() ?? "";
    const share = /^\d?(\.\d{1,4})?$/.test(text) && text !== "" ? Number(text) : NaN;
    return share >= LEAST_SHARE && share <= 1 ? share : DEFAULT_SHARE;
}

import { RefusedError } from "./errors.js";
import type { DropletApi } from "./ports.js";

/**
 * Makes sure that a Droplet which is nowhere to be seen is gone, and not just another team's: a token of
 * another team sees 404 everywhere.
 * @param recorded the account that was read when the teardown was created; null: it could not be read
 * @throws RefusedError where that cannot be made sure
 */
export async function confirmSameAccount(
    recorded: string | null,
    api: DropletApi,
    signal: AbortSignal,
): Promise<void> {
    const account = await api.account(signal);
    if (account === null) {
        throw new RefusedError(
            "DigitalOcean answers 404, and the token may not read its account (scope account:read), " +
                "so it may be the token of another team",
        );
    }
    if (recorded === null) {
        throw new RefusedError(
            "DigitalOcean answers 404, and no account was recorded to compare with, " +
                "so this may be the token of another team",
        );
    }
    if (account.id !== recorded) {
        throw new RefusedError(
            `the token belongs to another team (${account.id}) than the one that the droplet was recorded in (${recorded})`,
        );
    }
}

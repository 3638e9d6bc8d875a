import { MissingScopeError, RefusedError } from "./errors.js";
import type { DropletApi } from "./ports.js";

/** Whose a Droplet that is nowhere to be seen must have been. */
export type ExpectedAccount =
    /** The account that was read when the teardown was created; null: it could not be read. */
    | { readonly kind: "recorded"; readonly id: string | null }
    /** Nothing was recorded: whoever asks knows what the token sees, and that is all that is claimed. */
    | { readonly kind: "any" };

/**
 * Makes sure that a Droplet which is nowhere to be seen is gone, and not just another team's: a token of
 * another team sees 404 everywhere.
 * @throws RefusedError where that cannot be made sure
 */
export async function confirmSameAccount(
    expected: ExpectedAccount,
    api: DropletApi,
    signal: AbortSignal,
): Promise<void> {
    if (expected.kind === "any") {
        return;
    }
    const account = await api.account(signal);
    if (account === null) {
        throw new MissingScopeError(
            "DigitalOcean answers 404, and the token cannot tell its team (scope account:read), " +
                "so it may be the token of another team",
        );
    }
    if (expected.id === null) {
        throw new RefusedError(
            "DigitalOcean answers 404, and no account was recorded to compare with, " +
                "so this may be the token of another team",
        );
    }
    if (account.id !== expected.id) {
        throw new RefusedError(
            `the token belongs to another team (${account.id}) than the one that the droplet was recorded in (${expected.id})`,
        );
    }
}

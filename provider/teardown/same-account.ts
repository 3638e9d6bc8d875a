import { MissingScopeError, RefusedError } from "./errors.js";
import type { DropletApi } from "./ports.js";

/** The expected owner of a Droplet that cannot be found. */
export type ExpectedAccount =
    /** The account read when the teardown was created; null: it could not be read. */
    | { readonly kind: "recorded"; readonly id: string | null }
    /** Nothing was recorded: the result claims only what this token can see. */
    | { readonly kind: "any" };

/**
 * Verifies that a Droplet that cannot be found is gone and not another team's: a token of another team gets 404
 * for everything.
 * @throws RefusedError if that cannot be verified
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

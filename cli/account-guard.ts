import { MissingScopeError, RefusedError } from "../provider/teardown/errors.js";

/**
 * @param wanted the team of the token; null: any
 * @throws RefusedError if the token belongs to another team
 */
export function refuseOtherAccount(wanted: string | null, account: string | null): void {
    if (wanted === null || wanted === account?.toLowerCase()) {
        return;
    }
    if (account === null) {
        throw new MissingScopeError(
            `nothing was destroyed: the token cannot tell its team, and --account wants ${wanted}. Give it the scope account:read`,
        );
    }
    throw new RefusedError(
        `nothing was destroyed: the token belongs to team ${account}, and --account wants ${wanted}`,
    );
}

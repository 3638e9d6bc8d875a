import type * as pulumi from "@pulumi/pulumi";

/** What the SDK keeps to itself: the requests of a program that are not answered yet, one after the other. */
const { getStore } = require("@pulumi/pulumi/runtime/state") as {
    getStore: () => { readonly settings: { readonly rpcDone: Promise<unknown> } };
};
const { rpcKeepAlive } = require("@pulumi/pulumi/runtime/settings") as { rpcKeepAlive: () => () => void };

/**
 * Calls once everything that a program registers is registered, what it registers when outputs are known
 * included, and before the SDK disconnects from the engine. Does not call when the program fails.
 */
export async function atProgramEnd(stack: pulumi.Resource, call: () => Promise<void>): Promise<void> {
    let release = rpcKeepAlive();
    try {
        await (
            stack as unknown as { readonly outputs: { promise: () => Promise<unknown> } }
        ).outputs.promise();
    } catch {
        // The SDK reports it.
        release();
        return;
    }
    // Each round waits for all requests but its own hold, and ends when nothing came after it.
    const { settings } = getStore();
    for (let isQuiet = false; !isQuiet;) {
        const earlier = settings.rpcDone;
        const releaseNext = rpcKeepAlive();
        const own = settings.rpcDone;
        release();
        release = releaseNext;
        await earlier;
        isQuiet = settings.rpcDone === own;
    }
    await call().finally(release);
}

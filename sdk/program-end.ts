import type * as pulumi from "@pulumi/pulumi";

/** SDK internals: the program's requests in flight. */
const { getStore } = require("@pulumi/pulumi/runtime/state") as {
    getStore: () => { readonly settings: { readonly rpcDone: Promise<unknown> } };
};
const { rpcKeepAlive } = require("@pulumi/pulumi/runtime/settings") as { rpcKeepAlive: () => () => void };

/**
 * Calls back once the program has registered everything, including resources created when outputs resolve, and
 * before the SDK disconnects from the engine. Does not call back if the program fails.
 */
export async function atProgramEnd(stack: pulumi.Resource, call: () => Promise<void>): Promise<void> {
    let release = rpcKeepAlive();
    try {
        await (
            stack as unknown as { readonly outputs: { promise: () => Promise<unknown> } }
        ).outputs.promise();
    } catch {
        // The SDK reports the error.
        release();
        return;
    }
    // Each round waits for all requests except its own hold. The last round is the one that no request follows.
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

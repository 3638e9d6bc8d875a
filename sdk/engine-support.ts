/*
 * What the engine supports, and how it is run: the SDK asks for both at its start, and tells nobody. In unit
 * tests with mocks the engine supports nothing.
 */

const { getStore } = require("@pulumi/pulumi/runtime/state") as {
    getStore: () => { readonly supportsTransforms: boolean; readonly supportsResourceHooks: boolean };
};
const { serialize } = require("@pulumi/pulumi/runtime/settings") as { serialize: () => boolean };

/** Whether the engine calls back before it registers a resource. */
export function supportsTransforms(): boolean {
    return getStore().supportsTransforms;
}

/**
 * Whether a transform may register resources itself: up to 3.180 the engine would wait for ever. Resource hooks
 * came with 3.182, and are what an engine can be asked for.
 */
export function supportsRegisteringTransforms(): boolean {
    const { supportsTransforms, supportsResourceHooks } = getStore();
    return supportsTransforms && supportsResourceHooks;
}

/** Whether a program waits for each registration: inline programs of the Automation API do with `parallel: 1`. */
export function registersOneByOne(): boolean {
    return serialize();
}

import * as pulumi from "@pulumi/pulumi";
import { OLDEST_ENGINE } from "../provider/access/oldest-engine.js";
import { ProgramError } from "./program-error.js";

/*
 * What the engine supports, and how it is run: the SDK asks for both at its start, and tells nobody.
 */

const { getStore } = require("@pulumi/pulumi/runtime/state") as {
    getStore: () => { readonly supportsTransforms: boolean };
};
const { serialize } = require("@pulumi/pulumi/runtime/settings") as { serialize: () => boolean };

/** The answer for each program that this process runs. An error is printed once, however many wait for it. */
const answers = new WeakMap<object, Promise<void>>();

/**
 * Resolves on a supported version of the CLI, and in unit tests with mocks.
 * @throws RunError that names the version needed
 */
export function supportedEngine(): Promise<void> {
    const program = getStore();
    const answer = answers.get(program) ?? requireSupported();
    answers.set(program, answer);
    return answer;
}

async function requireSupported(): Promise<void> {
    try {
        await pulumi.requirePulumiVersion(`>=${OLDEST_ENGINE}`);
    } catch (cause) {
        const { message, details = message } = cause as Error & { readonly details?: string };
        const error = new ProgramError(
            `pulumi-droplet-teardown needs version ${OLDEST_ENGINE} or later of the Pulumi CLI and of @pulumi/pulumi: ${details}`,
        );
        // While the program is loading, this is what the SDK prints.
        error.stack = error.message;
        throw error;
    }
}

/** Whether the engine calls back before it registers a resource. In unit tests with mocks, it may not. */
export function supportsTransforms(): boolean {
    return getStore().supportsTransforms;
}

/** Whether a program waits for each registration: inline programs of the Automation API do with `parallel: 1`. */
export function registersOneByOne(): boolean {
    return serialize();
}

import { RefusedError } from "../teardown/errors.js";

/** What Node says of a file that is not there, by the way in which it was asked for. */
const NOT_FOUND = new Set<unknown>(["ERR_MODULE_NOT_FOUND", "MODULE_NOT_FOUND"]);

/**
 * Loads a package that this one depends on.
 * @throws RefusedError where it, or something that it needs, is not installed: no other try would find it
 */
export async function loadPackage<T>(name: string, load: () => Promise<T>): Promise<T> {
    try {
        return await load();
    } catch (error) {
        if (error instanceof Error && "code" in error && NOT_FOUND.has(error.code)) {
            throw new RefusedError(
                `the package ${name} cannot be loaded (${error.code as string}): install the dependencies again, such as with \`npm install\`; under Yarn Plug'n'Play run \`yarn exec pulumi\``,
                { cause: error },
            );
        }
        throw error;
    }
}

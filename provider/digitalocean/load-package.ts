import { RefusedError } from "../teardown/errors.js";

/** Node's error codes for a missing file, by `import` and `require`. */
const NOT_FOUND = new Set<unknown>(["ERR_MODULE_NOT_FOUND", "MODULE_NOT_FOUND"]);

/**
 * Loads a dependency of this package.
 * @throws RefusedError if it or one of its dependencies is not installed, which a retry would not fix
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

import { build } from "esbuild";

/** The plugin as one file, with everything that it needs but Node.js. Run it in the repository. */
export async function pluginBundle(version: string): Promise<string> {
    const { outputFiles } = await build({
        entryPoints: ["plugin/main.ts"],
        bundle: true,
        write: false,
        platform: "node",
        target: "node20",
        format: "cjs",
        minify: true,
        // Errors are told apart by their classes' names.
        keepNames: true,
        // A longer one fills the screen of an uncaught error.
        lineLimit: 200,
        legalComments: "none",
        logLevel: "error",
        plugins: [
            {
                name: "version",
                setup: (bundler) =>
                    bundler.onLoad({ filter: /provider[\\/]access[\\/]version\.ts$/ }, () => ({
                        contents: `export const version = ${JSON.stringify(version)};`,
                    })),
            },
        ],
    });
    return outputFiles[0]?.text ?? "";
}

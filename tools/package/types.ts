import { readFile } from "node:fs/promises";
import { join } from "node:path";

import { rollup } from "rollup";
import { dts } from "rollup-plugin-dts";

import type { BundledFile } from "./bundled-file.js";
import { keepTypeOnly } from "./type-only.js";

/**
 * The declarations that a user of `exports` can reach, with their docstrings: a file for each entry.
 * @param compiled the folder of the compiler's declarations
 * @param entries their paths in it, without extensions
 */
export async function typeFiles(compiled: string, entries: readonly string[]): Promise<BundledFile[]> {
    const bundle = await rollup({
        input: Object.fromEntries(entries.map((entry) => [entry, join(compiled, `${entry}.d.ts`)])),
        external: /^[@a-z]/,
        plugins: [dts()],
    });
    const { output } = await bundle.generate({
        entryFileNames: "[name].d.ts",
        chunkFileNames: "shared/[name].d.ts",
    });
    await bundle.close();
    const chunks = output.filter((file) => file.type === "chunk");
    return Promise.all(
        chunks.map(async ({ fileName, code, isEntry }) => {
            const entry = isEntry ? await readFile(join(compiled, fileName), "utf8") : "";
            return { path: fileName, text: keepTypeOnly(code, entry) };
        }),
    );
}

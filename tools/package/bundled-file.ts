import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

/** A file of the package; the path is relative to `dist`. */
export interface BundledFile {
    readonly path: string;
    readonly text: string;
}

/** Writes files into a folder, and makes the folders inside. */
export function writeFiles(folder: string, files: readonly BundledFile[]): void {
    for (const { path, text } of files) {
        const place = join(folder, path);
        mkdirSync(dirname(place), { recursive: true });
        writeFileSync(place, text);
    }
}

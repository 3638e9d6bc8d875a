import { accessSync, constants, realpathSync, statSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";

/** What files an executable of this name may have, in the order in which they are tried. */
function candidates(name: string, platform: NodeJS.Platform): string[] {
    return platform === "win32" ? [`${name}.exe`, `${name}.cmd`, `${name}.bat`] : [name];
}

/** The folders on PATH. On Windows the variable's name may be written in any case. */
export function pathFolders(env: NodeJS.ProcessEnv): string[] {
    const key = Object.keys(env).find((name) => name.toUpperCase() === "PATH");
    const path = key === undefined ? undefined : env[key];
    return (path ?? "").split(delimiter).filter((folder) => folder !== "");
}

/** The first executable of this name in the folders, or undefined. */
export function findExecutable(
    name: string,
    folders: readonly string[],
    platform: NodeJS.Platform,
): string | undefined {
    return folders
        .flatMap((folder) => candidates(name, platform).map((file) => join(folder, file)))
        .find(isExecutable);
}

/** The folder of an executable, and the one it is linked from, where package managers link it. */
export function homeFolders(executable: string): string[] {
    return [...new Set([dirname(executable), dirname(realpathSync(executable))])];
}

function isExecutable(path: string): boolean {
    try {
        accessSync(path, constants.X_OK);
        return statSync(path).isFile();
    } catch {
        return false;
    }
}

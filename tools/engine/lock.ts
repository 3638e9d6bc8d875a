import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { hostname } from "node:os";
import { dirname } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

const RETRY_MS = 1_000;

/**
 * Runs `work` while no other process on this machine holds the lock file. A lock whose process is gone is
 * taken over. `onWait` is called once if there is somebody to wait for.
 */
export async function withLock<T>(file: string, work: () => Promise<T>, onWait: () => void): Promise<T> {
    await mkdir(dirname(file), { recursive: true });
    let told = false;
    while (!(await take(file))) {
        if (await isStale(file)) {
            await rm(file, { force: true });
            continue;
        }
        if (!told) {
            told = true;
            onWait();
        }
        await sleep(RETRY_MS);
    }
    try {
        return await work();
    } finally {
        await rm(file, { force: true });
    }
}

async function take(file: string): Promise<boolean> {
    try {
        await writeFile(file, `${hostname()} ${process.pid}`, { flag: "wx" });
        return true;
    } catch (error) {
        if ((error as NodeJS.ErrnoException).code === "EEXIST") {
            return false;
        }
        throw error;
    }
}

async function isStale(file: string): Promise<boolean> {
    const [host, pid] = (await readFile(file, "utf8").catch(() => "")).split(" ");
    // Of a process on another machine (a shared home folder) nothing can be said.
    return host === hostname() && pid !== undefined && !isAlive(Number(pid));
}

function isAlive(pid: number): boolean {
    try {
        process.kill(pid, 0);
        return true;
    } catch (error) {
        return (error as NodeJS.ErrnoException).code === "EPERM";
    }
}

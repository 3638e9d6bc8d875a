import { spawn } from "node:child_process";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { figure, quantile, type Figure } from "../figures.js";

/** Runs that are measured; the first one warms the disk and is not among them. */
const RUNS = 9;
const TARGET_MS = 250;
const SCRIPT = join(__dirname, "..", "..", "dist", "cli", "main.js");

/** How long a process of the command line takes from its start to its first request. */
export async function commandLineStart(): Promise<Figure[]> {
    const measured = await startUps();
    const sorted = [...measured].sort((one, other) => one - other);
    return [figure("command line: start to first request, median", quantile(sorted, 0.5), "ms", TARGET_MS)];
}

/** Milliseconds, run by run. */
async function startUps(): Promise<number[]> {
    let arrived: () => void = () => undefined;
    const server = createServer((_request, response) => {
        arrived();
        response.writeHead(404, { "content-type": "application/json" }).end("{}");
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as AddressInfo;
    const env = {
        DIGITALOCEAN_API_URL: `http://127.0.0.1:${port}`,
        DIGITALOCEAN_TOKEN: `dop_v1_${"0".repeat(64)}`,
    };
    const measured: number[] = [];
    for (let run = 0; run <= RUNS; run += 1) {
        const request = new Promise<void>((resolve) => (arrived = resolve));
        const startedMs = performance.now();
        const child = spawn(process.execPath, [SCRIPT, "plan", "1"], { env, stdio: "ignore" });
        await request;
        measured.push(performance.now() - startedMs);
        await new Promise((resolve) => child.once("close", resolve));
    }
    server.close();
    return measured.slice(1);
}

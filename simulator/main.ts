import { parseArgs } from "node:util";
import { machineClock } from "./clock.js";
import { type RunningServer, startServer } from "./server.js";
import { createSimulator } from "./simulator.js";

const USAGE = "npm run simulator -- --port N [--token T] [--destroy-seconds S] [--stop-with-stdin]";

async function main(): Promise<void> {
    const { values } = parseArgs({
        options: {
            port: { type: "string", default: "0" },
            token: { type: "string" },
            "destroy-seconds": { type: "string", default: "4" },
            "stop-with-stdin": { type: "boolean", default: false },
        },
    });
    const simulator = createSimulator({
        clock: machineClock,
        settings: { destroyDurationMs: 1_000 * atLeastZero("--destroy-seconds", values["destroy-seconds"]) },
        ...(values.token === undefined ? {} : { tokens: { [values.token]: {} } }),
    });
    const server = await startServer(simulator, { port: atLeastZero("--port", values.port) });
    stopOnRequest(server, values["stop-with-stdin"]);
    process.stdout.write(`DigitalOcean API simulator on ${server.url}\n`);
}

function atLeastZero(option: string, value: string): number {
    const number = Number(value);
    if (value.trim() === "" || !Number.isFinite(number) || number < 0) {
        throw new TypeError(`${option} must be a number from 0 on, not "${value}"`);
    }
    return number;
}

function stopOnRequest(server: RunningServer, withStdin: boolean): void {
    const stop = (): void => {
        void server.close().then(() => process.exit(0));
    };
    process.once("SIGTERM", stop);
    process.once("SIGINT", stop);
    if (withStdin) {
        // A file ends without being closed, a broken pipe is closed without an end.
        process.stdin.once("end", stop).once("close", stop).resume();
    }
}

main().catch((error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n${USAGE}\n`);
    process.exit(2);
});

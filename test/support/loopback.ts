import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { REQUEST_TIMEOUT_MS } from "../../provider/digitalocean/exchange.js";
import type { Clock } from "../../provider/polling/clock.js";

/** An HTTP server on a free port of loopback. */
export interface LoopbackServer {
    readonly url: string;
    readonly server: Server;
    close(): Promise<void>;
}

/** Starts a server; close it in the same test. */
export async function serve(listener: RequestListener): Promise<LoopbackServer> {
    const server = createServer(listener);
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as AddressInfo;
    return {
        url: `http://127.0.0.1:${port}`,
        server,
        close: () =>
            new Promise((resolve) => {
                server.close(() => resolve());
                server.closeAllConnections();
            }),
    };
}

/** A clock whose time may also be moved by hand. */
export interface HastyClock extends Clock {
    skip(ms: number): void;
}

/** For tests over real sockets: pauses between tries take no time, and the limit of a request never passes. */
export function hastyClock(): HastyClock {
    let skippedMs = 0;
    const skip = (ms: number): void => void (skippedMs += ms);
    return {
        skip,
        now: () => Date.now() + skippedMs,
        monotonicMs: () => performance.now() + skippedMs,
        sleep: (ms, signal) =>
            new Promise((resolve, reject) => {
                const abort = (): void => reject(signal?.reason as Error);
                signal?.addEventListener("abort", abort, { once: true });
                if (ms !== REQUEST_TIMEOUT_MS) {
                    skip(ms);
                    setImmediate(() => {
                        signal?.removeEventListener("abort", abort);
                        resolve();
                    });
                }
            }),
    };
}

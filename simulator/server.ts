import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { chunks, type Delivery, type WireRequest } from "./http/wire.js";
import type { Simulator } from "./simulator.js";

export interface ServerOptions {
    /** 0 for a free port. */
    readonly port: number;
    /** A loopback address. */
    readonly host?: string;
}

export interface RunningServer {
    /** Without a trailing slash. */
    readonly url: string;
    close(): Promise<void>;
}

/** Serves a simulator on a socket. */
export async function startServer(simulator: Simulator, options: ServerOptions): Promise<RunningServer> {
    const host = options.host ?? "127.0.0.1";
    const server = createServer((request, response) => {
        serve(simulator, request, response).catch(() => response.destroy());
    });
    server.listen(options.port, host);
    await once(server, "listening");
    const { port } = server.address() as AddressInfo;
    return {
        url: `http://${host.includes(":") ? `[${host}]` : host}:${port}`,
        close: async () => {
            server.close();
            server.closeAllConnections();
            await once(server, "close");
        },
    };
}

async function serve(
    simulator: Simulator,
    request: IncomingMessage,
    response: ServerResponse,
): Promise<void> {
    const delivery = await simulator.exchange(await read(request));
    if (delivery.kind === "drop") {
        request.socket.destroy();
        return;
    }
    await send(delivery, response);
}

async function read(request: IncomingMessage): Promise<WireRequest> {
    const parts: Uint8Array[] = [];
    for await (const part of request) {
        parts.push(part as Uint8Array);
    }
    const headers = Object.entries(request.headers).map(([name, value]): [string, string] => [
        name,
        String(value),
    ]);
    return {
        method: request.method ?? "GET",
        url: new URL(request.url ?? "/", `http://${request.headers.host ?? "localhost"}`),
        headers: new Map(headers),
        body: Buffer.concat(parts).toString("utf8"),
    };
}

async function send({ status, headers, body }: Delivery, response: ServerResponse): Promise<void> {
    switch (body.kind) {
        case "none":
            response.writeHead(status, headers).end();
            return;
        case "text":
            response.writeHead(status, { ...headers, "content-length": Buffer.byteLength(body.text) });
            response.end(body.text);
            return;
        case "cut":
        case "huge":
            response.writeHead(status, headers);
            await pipeline(Readable.from(chunks(body)), response);
    }
}

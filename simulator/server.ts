import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { chunks, type Delivery, type WireRequest } from "./http/wire.js";
import type { Simulator } from "./simulator.js";
import type { Identity } from "./tls/certificate.js";

export interface ServerOptions {
    /** 0 for a free port. */
    readonly port: number;
    /** Where it listens; 127.0.0.1 unless said. */
    readonly host?: string;
    /** Serves https with this certificate and key, both as PEM. */
    readonly tls?: Identity;
}

export interface RunningServer {
    /** Without a trailing slash. */
    readonly url: string;
    close(): Promise<void>;
}

/** Serves a simulator on a socket. */
export async function startServer(simulator: Simulator, options: ServerOptions): Promise<RunningServer> {
    const { host = "127.0.0.1", tls } = options;
    const protocol = tls === undefined ? "http" : "https";
    const listener = (request: IncomingMessage, response: ServerResponse): void => {
        serve(simulator, protocol, request, response).catch(() => response.destroy());
    };
    // Most serve http: loading the rest would make every start slower.
    const server =
        tls === undefined ? createServer(listener) : (await import("node:https")).createServer(tls, listener);
    server.listen(options.port, host);
    await once(server, "listening");
    const { port } = server.address() as AddressInfo;
    return {
        url: `${protocol}://${host.includes(":") ? `[${host}]` : host}:${port}`,
        close: async () => {
            server.close();
            server.closeAllConnections();
            await once(server, "close");
        },
    };
}

async function serve(
    simulator: Simulator,
    protocol: string,
    request: IncomingMessage,
    response: ServerResponse,
): Promise<void> {
    const delivery = await simulator.exchange(await read(protocol, request));
    if (delivery.kind === "drop") {
        request.socket.destroy();
        return;
    }
    await send(delivery, response);
}

async function read(protocol: string, request: IncomingMessage): Promise<WireRequest> {
    const headers = Object.entries(request.headers).map(([name, value]): [string, string] => [
        name,
        String(value),
    ]);
    return {
        method: request.method ?? "GET",
        url: new URL(request.url ?? "/", `${protocol}://${request.headers.host ?? "localhost"}`),
        headers: new Map(headers),
        body: await readBody(request),
    };
}

/** Most requests say that they have none, and are answered without waiting for its end. */
async function readBody(request: IncomingMessage): Promise<string> {
    const { "content-length": length, "transfer-encoding": encoding } = request.headers;
    if ((length === undefined || length === "0") && encoding === undefined) {
        request.resume();
        return "";
    }
    const parts: Uint8Array[] = [];
    for await (const part of request) {
        parts.push(part as Uint8Array);
    }
    return Buffer.concat(parts).toString("utf8");
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

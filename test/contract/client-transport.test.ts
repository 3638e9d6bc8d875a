import assert from "node:assert/strict";
import { once } from "node:events";
import type { IncomingMessage, RequestListener, ServerResponse } from "node:http";
import { gzipSync } from "node:zlib";
import { createDropletApi } from "../../provider/digitalocean/api.js";
import { parseEndpoint } from "../../provider/digitalocean/connection.js";
import { createNodeFetch, proxyFromEnvironment } from "../../provider/digitalocean/node-fetch.js";
import { ApiError, RefusedError, UnreachableError } from "../../provider/teardown/errors.js";
import type { DropletApi } from "../../provider/teardown/ports.js";
import { openLimiter, scriptedServer, SENDING, TEST_TOKEN } from "../support/connection.js";
import { hastyClock, serve, type LoopbackServer } from "../support/loopback.js";

const never = new AbortController().signal;
const noProxy = (): string => "";

function apiAt(url: string, proxyFor: (url: string) => string = noProxy): DropletApi {
    return createDropletApi({
        ...scriptedServer([]).connection,
        endpoint: parseEndpoint(url),
        fetch: createNodeFetch(proxyFor),
        clock: hastyClock(),
        limiter: openLimiter(),
    });
}

async function withServer(
    listener: RequestListener,
    test: (server: LoopbackServer) => Promise<void>,
): Promise<void> {
    const server = await serve(listener);
    try {
        await test(server);
    } finally {
        await server.close();
    }
}

function answer(response: ServerResponse, status: number, body: unknown): void {
    response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
}

async function readText(request: IncomingMessage): Promise<string> {
    return Buffer.concat((await request.toArray()) as Buffer[]).toString();
}

describe("client over a socket", () => {
    it("keeps its connection for the next request", async () => {
        let connections = 0;
        await withServer(
            (request, response) => {
                if (request.method === "GET") {
                    answer(response, 200, { droplet: { id: 42, name: "web" } });
                } else {
                    response.writeHead(202).end();
                }
            },
            async ({ url, server }) => {
                server.on("connection", () => (connections += 1));
                const api = apiAt(url);
                await api.droplet(42, never);
                await api.destroy(42, [], SENDING);
                assert.equal((await api.droplet(42, never))?.name, "web");
            },
        );
        assert.equal(connections, 1);
    });

    it("sends the body of a DELETE with its length", async () => {
        let length: string | undefined;
        let body = "";
        await withServer(
            (request, response) => {
                length = request.headers["content-length"];
                void readText(request).then((text) => {
                    body = text;
                    response.writeHead(202).end();
                });
            },
            async ({ url }) => {
                await apiAt(url).destroy(42, [{ kind: "snapshot", id: "1" }], SENDING);
            },
        );
        assert.deepEqual(JSON.parse(body), {
            reserved_ips: [],
            snapshots: ["1"],
            volumes: [],
            volume_snapshots: [],
        });
        assert.equal(length, String(body.length));
    });

    it("never follows a redirect, and names its host only", async () => {
        let strayed = 0;
        await withServer(
            (_, response) => {
                strayed += 1;
                response.end();
            },
            async (elsewhere) => {
                await withServer(
                    (_, response) =>
                        response.writeHead(307, { location: `${elsewhere.url}/steal?x=1` }).end(),
                    async ({ url }) => {
                        const host = new URL(elsewhere.url).host;
                        for (const call of [apiAt(url).droplet(42, never), apiAt(url).retry(42, SENDING)]) {
                            await assert.rejects(call, (error: unknown) => {
                                assert.ok(error instanceof ApiError);
                                assert.ok(error.message.endsWith(`307 redirects are refused (to ${host})`));
                                return true;
                            });
                        }
                    },
                );
            },
        );
        assert.equal(strayed, 0);
    });

    it("repeats a read whose connection broke, before or within the answer", async () => {
        let requests = 0;
        await withServer(
            (request, response) => {
                requests += 1;
                if (requests === 1) {
                    request.socket.destroy();
                } else if (requests === 2) {
                    response.writeHead(200, { "content-length": "100" });
                    response.write('{"droplet":', () => request.socket.destroy());
                } else {
                    answer(response, 200, { droplet: { id: 42 } });
                }
            },
            async ({ url }) => assert.equal((await apiAt(url).droplet(42, never))?.id, 42),
        );
        assert.equal(requests, 3);
    });

    it("calls a destroy lost whose connection broke, and sends it once", async () => {
        let requests = 0;
        await withServer(
            (request) => {
                requests += 1;
                request.socket.destroy();
            },
            async ({ url }) => {
                const outcome = await apiAt(url).destroy(42, [], SENDING);
                assert.equal(outcome.kind, "lost");
                assert.match(outcome.message, /^DELETE \/v2\/droplets\/42\/.*: .+/);
            },
        );
        assert.equal(requests, 1);
    });

    it("reads compressed answers and cuts off one that unpacks beyond the limit", async () => {
        const small = gzipSync(JSON.stringify({ droplet: { id: 42, name: "zipped" } }));
        const bomb = gzipSync(Buffer.alloc(64 * 1024 * 1024, " "));
        let body = small;
        await withServer(
            (_, response) => response.writeHead(200, { "content-encoding": "gzip" }).end(body),
            async ({ url }) => {
                assert.equal((await apiAt(url).droplet(42, never))?.name, "zipped");
                body = bomb;
                await assert.rejects(apiAt(url).droplet(42, never), /the answer is too large/);
            },
        );
    });

    it("closes the connection of a request that the caller aborts", async () => {
        const abort = new AbortController();
        const reason = new Error("enough");
        let closed: Promise<unknown> = Promise.resolve();
        await withServer(
            (request) => {
                closed = once(request.socket, "close");
                abort.abort(reason);
            },
            async ({ url }) => {
                await assert.rejects(apiAt(url).droplet(42, abort.signal), (error) => error === reason);
                await closed;
            },
        );
    });

    it("says why a server cannot be reached", async () => {
        const server = await serve(() => undefined);
        await server.close();
        await assert.rejects(apiAt(server.url).droplet(42, never), (error: unknown) => {
            assert.ok(error instanceof UnreachableError);
            assert.match(error.message, /no usable answer after 5 tries; the last: .*ECONNREFUSED/);
            return true;
        });
    });
});

describe("client behind a proxy", () => {
    it("asks the proxy for a tunnel, and shows it neither token nor path", async () => {
        const seen: string[] = [];
        await withServer(
            () => undefined,
            async ({ url, server }) => {
                server.on("connect", (request: IncomingMessage, socket) => {
                    seen.push(`${request.method} ${request.url} ${JSON.stringify(request.headers)}`);
                    socket.end("HTTP/1.1 502 Bad Gateway\r\n\r\n");
                });
                const proxy = url.replace("//", "//user:hidden@");
                const outcome = await apiAt("https://api.example.invalid", () => proxy).retry(42, SENDING);
                assert.equal(outcome.kind, "lost");
                assert.doesNotMatch(JSON.stringify(outcome), /hidden/);
            },
        );
        assert.equal(seen.length, 1);
        assert.match(seen[0] ?? "", /^CONNECT api\.example\.invalid:443 /);
        assert.ok(!seen[0]?.includes(TEST_TOKEN));
    });

    for (const refusal of [
        "404 Not Found",
        "403 Forbidden",
        "202 Accepted",
        "407 Proxy Authentication Required",
    ]) {
        it(`never takes a proxy's ${refusal} for an answer of DigitalOcean`, async () => {
            let connections = 0;
            await withServer(
                () => undefined,
                async ({ url, server }) => {
                    server.on("connect", (_: IncomingMessage, socket) => {
                        connections += 1;
                        socket.end(`HTTP/1.1 ${refusal}\r\nContent-Length: 0\r\n\r\n`);
                    });
                    const api = apiAt("https://api.example.invalid", () => url);
                    await assert.rejects(api.droplet(42, never), (error: unknown) => {
                        assert.ok(error instanceof UnreachableError);
                        assert.ok(error.message.includes(`the proxy does not connect: ${refusal}`));
                        return true;
                    });
                    assert.equal((await api.destroy(42, [], SENDING)).kind, "lost");
                },
            );
            assert.equal(connections, 6);
        });
    }

    it("speaks plain http to a proxy whose variable has that scheme or none, as curl and doctl do", async () => {
        const before = process.env.HTTPS_PROXY;
        let connections = 0;
        await withServer(
            () => undefined,
            async ({ url, server }) => {
                server.on("connect", (_: IncomingMessage, socket) => {
                    connections += 1;
                    socket.end("HTTP/1.1 502 Bad Gateway\r\n\r\n");
                });
                try {
                    for (const proxy of [url, new URL(url).host]) {
                        process.env.HTTPS_PROXY = proxy;
                        await apiAt("https://api.example.invalid", proxyFromEnvironment).retry(42, SENDING);
                    }
                } finally {
                    if (before === undefined) {
                        delete process.env.HTTPS_PROXY;
                    } else {
                        process.env.HTTPS_PROXY = before;
                    }
                }
            },
        );
        assert.equal(connections, 2);
    });

    it("is not used where none is set", async () => {
        const server = await serve(() => undefined);
        await server.close();
        const outcome = await apiAt(server.url.replace("http:", "https:")).retry(42, SENDING);
        assert.match(outcome.kind === "lost" ? outcome.message : "", /ECONNREFUSED/);
    });

    it("goes to loopback directly", async () => {
        await withServer(
            (_, response) => answer(response, 404, { id: "not_found" }),
            async ({ url }) => {
                const api = apiAt(url, () => "http://proxy.example.invalid:3128");
                assert.equal(await api.droplet(42, never), null);
            },
        );
    });

    for (const proxy of ["socks5://user:hidden@127.0.0.1:1", "not a proxy: hidden"]) {
        it(`refuses ${JSON.stringify(proxy)} without repeating it`, async () => {
            const call = apiAt("https://api.example.invalid", () => proxy).droplet(42, never);
            await assert.rejects(call, (error: unknown) => {
                assert.ok(error instanceof RefusedError);
                assert.doesNotMatch(error.message, /hidden/);
                return true;
            });
        });
    }
});

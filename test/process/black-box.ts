import type { IncomingMessage, ServerResponse } from "node:http";

import { serve, type LoopbackServer } from "../support/loopback.js";

/** What the black box was asked, "GET /v2/…", and the body of a destroy. */
export interface BlackBox extends LoopbackServer {
    readonly asked: string[];
    readonly bodies: unknown[];
}

const ID = 3164494;
const PATH = `/v2/droplets/${ID}`;
const LIST = {
    reserved_ips: [{ id: "6186916", name: "45.55.96.47", cost: "4.00" }],
    floating_ips: [{ id: "6186916", name: "45.55.96.47", cost: "4.00" }],
    snapshots: [{ id: "61486916", name: "ubuntu-s-1vcpu-1gb-nyc1-01", cost: "0.05" }],
    volumes: [{ id: "ba49449a-7435-11ea-b89e-0a58ac14480f", name: "volume-nyc1-01", cost: "10.00" }],
    volume_snapshots: [
        { id: "edb0478d-7436-11ea-86e6-0a58ac144b91", name: "volume-nyc1-01-15", cost: "0.04" },
    ],
};

/**
 * A server that speaks the API and shares no code with anything else here: the five endpoints of a destroy
 * and one Droplet, by the words of DigitalOcean's API reference, and 404 for all else.
 */
export async function startBlackBox(kinds: Partial<typeof LIST> = LIST): Promise<BlackBox> {
    const asked: string[] = [];
    const bodies: unknown[] = [];
    let state: "there" | "running" | "gone" = "there";
    const server = await serve((request, response) => {
        asked.push(`${request.method} ${request.url}`);
        void readBody(request).then((body) => answer(request, response, body));
    });
    return Object.assign(server, { asked, bodies });

    function answer(request: IncomingMessage, response: ServerResponse, body: string): void {
        const json = (status: number, value: object): void => {
            response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(value));
        };
        if (request.headers.authorization !== `Bearer dop_v1_${"c".repeat(64)}`) {
            json(401, { id: "unauthorized", message: "Unable to authenticate you" });
            return;
        }
        switch (`${request.method} ${request.url}`) {
            case `GET ${PATH}`:
                if (state !== "gone") {
                    json(200, { droplet: { id: ID, name: "black-box", status: "active", tags: [] } });
                    return;
                }
                break;
            case `GET ${PATH}/destroy_with_associated_resources`:
                if (state !== "gone") {
                    json(200, kinds);
                    return;
                }
                break;
            case `DELETE ${PATH}/destroy_with_associated_resources/selective`:
                bodies.push(JSON.parse(body));
                state = "running";
                setTimeout(() => (state = "gone"), 1_000);
                response.writeHead(202).end();
                return;
            case `GET ${PATH}/destroy_with_associated_resources/status`:
                if (state !== "there") {
                    json(200, status(state === "gone" ? new Date().toISOString() : null));
                    return;
                }
                break;
        }
        json(404, { id: "not_found", message: "The resource you were accessing could not be found." });
    }

    function status(at: string | null): object {
        const done = (items: readonly { id: string; name: string }[] = []): object[] =>
            items.map(({ id, name }) => ({
                id,
                name,
                destroyed_at: at,
                error_message: at === null ? null : " ",
            }));
        return {
            droplet: { id: String(ID), name: "black-box", destroyed_at: at, error_message: null },
            resources: {
                reserved_ips: done(kinds.reserved_ips),
                floating_ips: done(kinds.floating_ips),
                snapshots: done(kinds.snapshots),
                volumes: done(kinds.volumes),
                volume_snapshots: done(kinds.volume_snapshots),
            },
            completed_at: at,
            failures: 0,
        };
    }
}

async function readBody(request: IncomingMessage): Promise<string> {
    const parts: Buffer[] = [];
    for await (const part of request) {
        parts.push(part as Buffer);
    }
    return Buffer.concat(parts).toString("utf8");
}

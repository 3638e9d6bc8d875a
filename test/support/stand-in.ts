import type { Metadata, sendUnaryData, ServerUnaryCall, ServiceError } from "@grpc/grpc-js";
import * as messages from "@pulumi/pulumi/proto/provider_pb.js";
import { Status } from "@pulumi/pulumi/proto/status_pb.js";
import { type Settings, VirtualClock } from "../../simulator/index.js";
import { Api } from "../../simulator/plugin/api/api.js";
import type { Props } from "../../simulator/plugin/core/props.js";
import { Provider } from "../../simulator/plugin/core/provider.js";
import { resourceTypes } from "../../simulator/plugin/resources/index.js";
import { toProps, toStruct } from "../../simulator/plugin/service/messages.js";
import { createService } from "../../simulator/plugin/service/service.js";
import { asWebFetch } from "./web-fetch.js";
import { createTestSimulator } from "./simulated.js";

/** An answer by "METHOD /path"; a list is given out one at a time, its last one again and again. */
export type Answers = Readonly<Record<string, Answer | readonly Answer[]>>;

export interface Answer {
    readonly status: number;
    readonly body?: unknown;
}

export const NOT_FOUND: Answer = {
    status: 404,
    body: { id: "not_found", message: "The resource you were accessing could not be found." },
};

export function ok(body: unknown): Answer {
    return { status: 200, body };
}

/** The stand-in plugin's API over canned answers, with a record of what was asked. Waits take no time. */
export function cannedApi(answers: Answers): { readonly api: Api; readonly requests: string[] } {
    const requests: string[] = [];
    const given = new Map<string, number>();
    const send: typeof fetch = (url, init) => {
        const path = new URL(typeof url === "string" ? url : "").pathname;
        const key = `${init?.method ?? "GET"} ${path}`;
        const sent = typeof init?.body === "string" ? ` ${init.body}` : "";
        requests.push(key + sent);
        const entry = answers[key] ?? NOT_FOUND;
        const list = Array.isArray(entry) ? (entry as readonly Answer[]) : [entry as Answer];
        const index = given.get(key) ?? 0;
        given.set(key, index + 1);
        const { status, body } = list[Math.min(index, list.length - 1)] ?? NOT_FOUND;
        const text = body === undefined ? null : JSON.stringify(body);
        return Promise.resolve(new Response(text, { status }));
    };
    const api = new Api({
        endpoint: "http://127.0.0.1:9",
        token: "stand-in-token",
        fetch: send,
        sleep: () => Promise.resolve(),
        pollMs: 1_000,
        deleteTimeoutMs: 60_000,
    });
    return { api, requests };
}

export const DROPLET_URN = "urn:pulumi:dev::shop::digitalocean:index/droplet:Droplet::web";

/** What the engine gets for a call: the resource, or an error, which may bring the resource all the same. */
export interface ServiceOutcome {
    readonly id: string;
    readonly state: Props;
    /** "" for none. */
    readonly error: string;
    readonly reasons: readonly string[];
}

interface Autonaming {
    readonly mode: "PROPOSE" | "ENFORCE" | "DISABLE";
    readonly proposedName?: string;
}

type Unary<Request, Response> = (
    call: ServerUnaryCall<Request, Response>,
    callback: sendUnaryData<Response>,
) => void;

/** The stand-in plugin as the engine calls it, before the simulator, in virtual time. */
export function standIn(settings: Partial<Settings> = {}, env: NodeJS.ProcessEnv = {}) {
    const clock = new VirtualClock();
    const simulator = createTestSimulator({ clock, settings });
    const died: string[] = [];
    const service = createService(new Provider(resourceTypes), {
        env: { DIGITALOCEAN_TOKEN: `dop_v1_${"1".repeat(64)}`, ...env },
        fetch: asWebFetch(simulator.fetch),
        sleep: (ms) => clock.sleep(ms),
        die: (message) => void died.push(message),
    });

    function ask<Request, Response>(method: Unary<Request, Response>, request: Request): Promise<Response> {
        const answer = new Promise<Response>((resolve, reject) => {
            const call = { request } as ServerUnaryCall<Request, Response>;
            method(call, (error, value) => {
                if (error) {
                    reject(Object.assign(new Error(error.details), error));
                } else {
                    resolve(value!);
                }
            });
        });
        return clock.run(answer);
    }

    /** @param autonaming what the project's configuration says about names, if anything */
    async function check(urn: string, news: Props, autonaming?: Autonaming): Promise<Props> {
        const request = new messages.CheckRequest();
        request.setUrn(urn);
        request.setNews(toStruct(news));
        if (autonaming !== undefined) {
            const options = new messages.CheckRequest.AutonamingOptions();
            options.setMode(messages.CheckRequest.AutonamingOptions.Mode[autonaming.mode]);
            request.setAutonaming(options.setProposedName(autonaming.proposedName ?? ""));
        }
        return toProps((await ask(service.check, request)).getInputs());
    }

    return {
        clock,
        simulator,
        died,
        check,
        async create(urn: string, news: Props): Promise<ServiceOutcome> {
            const request = new messages.CreateRequest();
            request.setUrn(urn);
            request.setProperties(toStruct(await check(urn, news)));
            return outcome(async () => {
                const made = await ask(service.create, request);
                return { id: made.getId(), state: toProps(made.getProperties()) };
            });
        },
        async update(urn: string, id: string, olds: Props, news: Props): Promise<ServiceOutcome> {
            const request = new messages.UpdateRequest();
            request.setUrn(urn);
            request.setId(id);
            request.setOlds(toStruct(olds));
            request.setNews(toStruct(await check(urn, news)));
            return outcome(async () => ({
                id,
                state: toProps((await ask(service.update, request)).getProperties()),
            }));
        },
        delete(urn: string, id: string, state: Props): Promise<ServiceOutcome> {
            const request = new messages.DeleteRequest();
            request.setUrn(urn);
            request.setId(id);
            request.setProperties(toStruct(state));
            return outcome(async () => {
                await ask(service.delete, request);
                return { id, state };
            });
        },
    };
}

async function outcome(work: () => Promise<Pick<ServiceOutcome, "id" | "state">>): Promise<ServiceOutcome> {
    try {
        return { ...(await work()), error: "", reasons: [] };
    } catch (thrown) {
        const { details, metadata } = thrown as ServiceError;
        return { error: details, ...partial(metadata) };
    }
}

/** Reads the details of an error's status as the engine does. */
function partial(metadata: Metadata | undefined): Pick<ServiceOutcome, "id" | "state" | "reasons"> {
    const [packed] = metadata?.get("grpc-status-details-bin") ?? [];
    if (!Buffer.isBuffer(packed)) {
        return { id: "", state: {}, reasons: [] };
    }
    const [detail] = Status.deserializeBinary(packed).getDetailsList();
    const read = (bytes: Uint8Array): messages.ErrorResourceInitFailed =>
        messages.ErrorResourceInitFailed.deserializeBinary(bytes);
    const failed = detail?.unpack(read, "pulumirpc.ErrorResourceInitFailed");
    return {
        id: failed?.getId() ?? "",
        state: toProps(failed?.getProperties()),
        reasons: failed?.getReasonsList() ?? [],
    };
}

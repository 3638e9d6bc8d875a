import type { Answer, Api } from "../http/api.js";
import { JSON_TYPE, tooManyRequests, WireError } from "../http/reply.js";
import type { Delivery, Drop, WireBody, WireRequest } from "../http/wire.js";
import { LIST_KEYS } from "../operations/associated.js";
import type { FaultAction } from "./script.js";

const STATUS_IDS: Readonly<Record<number, string>> = {
    400: "bad_request",
    401: "unauthorized",
    403: "forbidden",
    404: "not_found",
    409: "conflict",
    412: "precondition_failed",
    422: "unprocessable_entity",
    429: "too_many_requests",
    500: "server_error",
    502: "bad_gateway",
    503: "service_unavailable",
    504: "gateway_timeout",
};

/** Answers a request, with whatever is wrong with the answer. */
export function answerWith(api: Api, request: WireRequest, fault: FaultAction | null): Delivery | Drop {
    switch (fault?.kind) {
        case undefined:
            return deliver(api.answer(request));
        case "answer":
            return scripted(api, request, fault);
        case "tooManyRequests":
            return deliver(api.answer(request, tooManyRequests(fault.retryAfterS ?? null)));
        case "text":
            return misTyped(api.answer(request), fault.text, fault.contentType, fault.status);
        case "huge":
            return { ...deliver(api.answer(request)), body: { kind: "huge", bytes: fault.bytes } };
        case "truncated":
            return truncated(deliver(api.answer(request)));
        case "dropBefore":
            return { kind: "drop" };
        case "dropAfter":
            api.answer(request);
            return { kind: "drop" };
        case "slow":
            return { ...deliver(api.answer(request)), delayMs: fault.ms };
        case "redirect": {
            const headers = { location: fault.location };
            return deliver(
                api.answer(request, new WireError(fault.status ?? 307, "redirect", "Moved", headers)),
            );
        }
        case "echoToken": {
            const shown = request.headers.get("authorization") ?? "";
            const error = new WireError(fault.status ?? 500, "server_error", `unexpected header: ${shown}`, {
                "x-debug-authorization": shown,
            });
            return deliver(api.answer(request, error));
        }
        case "hideKinds": {
            const answer = api.answer(request);
            const hidden: Record<string, object[]> = {};
            fault.kinds.flatMap((kind) => LIST_KEYS[kind]).forEach((key) => (hidden[key] = []));
            const body = answer.status === 200 ? { ...answer.body, ...hidden } : answer.body;
            return deliver({ ...answer, body });
        }
    }
}

function scripted(api: Api, request: WireRequest, fault: Extract<FaultAction, { kind: "answer" }>): Delivery {
    const { status, headers, body, afterEffect = false } = fault;
    const id = fault.id ?? STATUS_IDS[status] ?? "error";
    const error = new WireError(status, id, fault.message ?? "The simulator was told to answer so.", headers);
    if (afterEffect) {
        api.answer(request);
    }
    const answer = api.answer(request, error);
    return deliver(body === undefined ? answer : { ...answer, body });
}

function misTyped(answer: Answer, text: string, contentType = "text/html", status = answer.status): Delivery {
    const delivery = deliver(answer);
    const headers = { ...delivery.headers, "content-type": contentType };
    return { ...delivery, status, headers, body: { kind: "text", text } };
}

function truncated(delivery: Delivery): Delivery {
    const text = delivery.body.kind === "text" ? delivery.body.text : "{}";
    return { ...delivery, body: { kind: "cut", text: text.slice(0, Math.ceil(text.length / 2)) } };
}

function deliver(answer: Answer): Delivery {
    const body: WireBody =
        answer.body === null ? { kind: "none" } : { kind: "text", text: JSON.stringify(answer.body) };
    const type: Record<string, string> = body.kind === "none" ? {} : { "content-type": JSON_TYPE };
    return {
        kind: "answer",
        status: answer.status,
        headers: { ...type, ...answer.headers },
        body,
        delayMs: 0,
    };
}

import { RefusedError, StaleError } from "../teardown/errors.js";
import type { Sending, SubmitOutcome } from "../teardown/ports.js";
import { errorWith, failure, isNotFound, submitOutcome } from "./classify.js";
import type { Connection, Method, Observer } from "./connection.js";
import type { Answer } from "./exchange.js";
import { parseJson } from "./json.js";
import { send } from "./send.js";
import { excerpt } from "./text.js";
import { MalformedError } from "./wire-fields.js";

const LONGEST_BODY_EXCERPT = 200;

/** Reads what a body says, or throws a `MalformedError` that names the field. */
export type Reader<T> = (body: unknown) => T;

/** Requests, repeated where that is worth it and safe; answers checked and mapped. */
export interface Client {
    /** 200 is mapped, 404 is null, anything else throws. */
    find<T>(path: string, read: Reader<T>, signal: AbortSignal): Promise<T | null>;
    /** 200 is mapped, anything else throws. */
    get<T>(path: string, read: Reader<T>, signal: AbortSignal): Promise<T>;
    /** Deletes; 404 is as good as done. Repeating it is safe as long as it is fresh. */
    remove(path: string, sending: Sending): Promise<"removed" | "stale">;
    /** Asks for something once. An answer that is lost, 404, 409 or 422 is no error: look at what has come of it. */
    ask(path: string, body: object, signal: AbortSignal): Promise<void>;
    /** Starts work that must not be started twice. */
    submit(method: Method, path: string, body: object | null, sending: Sending): Promise<SubmitOutcome>;
}

/**
 * A client of one connection; the observer hears of every request that was sent.
 * @throws RefusedError for a token that no header could carry
 */
export function createClient(connection: Connection, observe: Observer): Client {
    checkToken(connection.token);
    const read = async <T>(
        path: string,
        reader: Reader<T>,
        signal: AbortSignal,
        isAbsent: (answer: Answer) => boolean,
    ): Promise<T | null> => {
        const request = { method: "GET", path } as const;
        const sent = await send(connection, request, { repeatable: true, observe, signal });
        const { reply } = sent;
        if (reply.kind === "answer" && isAbsent(reply)) {
            return null;
        }
        if (reply.kind === "none" || !isSuccess(reply)) {
            throw failure(request, sent);
        }
        return readAnswer(path, reply, reader);
    };
    return {
        find: (path, reader, signal) => read(path, reader, signal, isNotFound),
        get: async <T>(path: string, reader: Reader<T>, signal: AbortSignal) =>
            (await read(path, reader, signal, () => false)) as T,
        remove: (path, sending) =>
            unlessStale("stale", async () => {
                const request = { method: "DELETE", path } as const;
                const sent = await send(connection, request, { repeatable: true, observe, ...sending });
                const { reply } = sent;
                if (reply.kind === "none" || (!isSuccess(reply) && !isNotFound(reply))) {
                    throw failure(request, sent);
                }
                return "removed" as const;
            }),
        ask: async (path, body, signal) => {
            const request = { method: "POST", path, body: JSON.stringify(body) } as const;
            const sent = await send(connection, request, { repeatable: false, observe, signal });
            const { reply } = sent;
            const tolerable =
                reply.kind === "none" || reply.status >= 500 || [404, 409, 422].includes(reply.status);
            if (!tolerable && !isSuccess(reply)) {
                throw failure(request, sent);
            }
        },
        submit: (method, path, body, sending) =>
            unlessStale({ kind: "stale" }, async () => {
                const request = { method, path, ...(body === null ? {} : { body: JSON.stringify(body) }) };
                const sent = await send(connection, request, { repeatable: false, observe, ...sending });
                return submitOutcome(request, sent);
            }),
    };
}

async function unlessStale<T, S>(stale: S, work: () => Promise<T>): Promise<T | S> {
    try {
        return await work();
    } catch (error) {
        if (error instanceof StaleError) {
            return stale;
        }
        throw error;
    }
}

/** The error for it would come from deep inside the transport. */
function checkToken(token: string): void {
    if (!/^[\x21-\x7e]+$/.test(token)) {
        throw new RefusedError("the DigitalOcean token is empty or contains spaces or line breaks");
    }
}

function isSuccess(answer: Answer): boolean {
    return answer.status >= 200 && answer.status <= 299;
}

function readAnswer<T>(path: string, answer: Answer, reader: Reader<T>): T {
    const request = { method: "GET", path } as const;
    if (!answer.complete) {
        throw errorWith(request, answer, "the answer is too large");
    }
    const body = parseJson(answer.text);
    if (body === undefined) {
        const start = excerpt(answer.text, LONGEST_BODY_EXCERPT) || "an empty body";
        throw errorWith(request, answer, `the answer is not JSON: ${start}`);
    }
    try {
        return reader(body);
    } catch (error) {
        if (error instanceof MalformedError) {
            throw errorWith(request, answer, `unexpected answer: ${error.message}`, { cause: error });
        }
        throw error;
    }
}

/** Translates each call about one resource into one of a handler, and its result back. */
import * as messages from "@pulumi/pulumi/proto/provider_pb.js";
import { Empty } from "google-protobuf/google/protobuf/empty_pb.js";
import { CodedError } from "../provider/handlers/coded-error.js";
import type { createFunctions } from "../provider/handlers/functions.js";
import { changedProperties, type createHandlers, type Handlers } from "../provider/handlers/handlers.js";
import { type Props, ungrouped, UNKNOWN } from "../provider/stored/inputs.js";
import { findArguments } from "./schema.js";
import { parseType, TYPES } from "./types.js";
import { plain, plainValues, secretAs, toStruct, toValues, type Values } from "./values.js";

/** All that the plugin serves. */
export type AllHandlers = ReturnType<typeof createHandlers> & {
    readonly attachment: Handlers;
    readonly functions: ReturnType<typeof createFunctions>;
};

/** What only a refresh or an update knows. */
const SEEN = ["inventory", "monthlyCost", "recordedAt", "accountId", "predecessors", "leftBehind"];
/** The same of a teardown besides. */
const TAGS = ["tag", "expiryTag"];

/** What ends a call: the engine's cancel, and the resource's `customTimeouts`. */
type Call = messages.CreateRequest | messages.UpdateRequest | messages.DeleteRequest;

export async function check(
    handlers: AllHandlers,
    request: messages.CheckRequest,
): Promise<messages.CheckResponse> {
    const urn = request.getUrn();
    const given = toValues(request.getNews());
    const [olds, news] = [plainValues(request.getOlds()), plain(given) as Values];
    const checked = await handlersFor(handlers, urn).check(olds, withUrn(news, urn));
    const failures = [...unknownArguments(parseType(urn), news), ...checked.failures];
    return new messages.CheckResponse()
        .setInputs(toStruct(secretAs(withoutUrn(checked.inputs), given)))
        .setFailuresList(failures.map(toCheckFailure));
}

/** A misspelled `keep` must not destroy what was to be kept. */
function unknownArguments(type: string, news: Values): { property: string; reason: string }[] {
    const known = findArguments(type);
    return Object.keys(news)
        .filter((name) => known !== undefined && !known.includes(name))
        .map((property) => ({ property, reason: `${property} is no argument of a DropletTeardown` }));
}

export async function diff(
    handlers: AllHandlers,
    request: messages.DiffRequest,
): Promise<messages.DiffResponse> {
    const urn = request.getUrn();
    const olds = withUrn(plainValues(request.getOlds()), urn);
    const news = withUrn(plainValues(request.getNews()), urn);
    const { changes } = await handlersFor(handlers, urn).diff(request.getId(), olds, news);
    const { DIFF_NONE, DIFF_SOME } = messages.DiffResponse.DiffChanges;
    return new messages.DiffResponse()
        .setChanges(changes ? DIFF_SOME : DIFF_NONE)
        .setDiffsList(changedProperties(ungrouped(olds), ungrouped(news)));
}

export async function create(
    handlers: AllHandlers,
    request: messages.CreateRequest,
    signal: AbortSignal,
): Promise<messages.CreateResponse> {
    const [urn, given] = [request.getUrn(), toValues(request.getProperties())];
    const response = new messages.CreateResponse();
    if (request.getPreview()) {
        return response.setProperties(toStruct({ ...given, ...unknownOutputs(urn) }));
    }
    const inputs = withUrn(plain(given) as Values, urn);
    const created = await handlersFor(handlers, urn).create(inputs, limits(request, signal));
    return response.setId(created.id).setProperties(toStruct(secretAs(withoutUrn(created.outs), given)));
}

/** A response without an id says that nothing is left to tear down. */
export async function read(
    handlers: AllHandlers,
    request: messages.ReadRequest,
    signal: AbortSignal,
): Promise<messages.ReadResponse> {
    const urn = request.getUrn();
    const given = toValues(request.getProperties());
    const stored = withUrn(plain(given) as Values, urn);
    const found = await handlersFor(handlers, urn).read(request.getId(), stored, { signal });
    const response = new messages.ReadResponse();
    return found.id === undefined
        ? response
        : response
              .setId(found.id)
              .setProperties(toStruct(secretAs(withoutUrn(found.props ?? {}), given)))
              .setInputs(request.getInputs());
}

export async function update(
    handlers: AllHandlers,
    request: messages.UpdateRequest,
    signal: AbortSignal,
): Promise<messages.UpdateResponse> {
    const [id, urn] = [request.getId(), request.getUrn()];
    const [stored, given] = [toValues(request.getOlds()), toValues(request.getNews())];
    const [olds, news] = [plain(stored), plain(given)] as [Values, Values];
    const response = new messages.UpdateResponse();
    if (request.getPreview()) {
        const isSame = olds.dropletId === news.dropletId;
        const renewed = given.ttl == null ? {} : { expiryTag: UNKNOWN };
        return response.setProperties(
            toStruct({ ...stored, ...given, ...renewed, ...(isSame ? {} : unknownOutputs(urn)) }),
        );
    }
    const [before, after] = [withUrn(olds, urn), withUrn(news, urn)];
    const updated = await handlersFor(handlers, urn).update(id, before, after, limits(request, signal));
    return response.setProperties(toStruct(secretAs(withoutUrn(updated.outs), given)));
}

export async function remove(
    handlers: AllHandlers,
    request: messages.DeleteRequest,
    signal: AbortSignal,
): Promise<Empty> {
    const urn = request.getUrn();
    const stored = withUrn(plainValues(request.getProperties()), urn);
    await handlersFor(handlers, urn).delete(request.getId(), stored, limits(request, signal));
    if (signal.aborted) {
        // The engine begins nothing else then, and would call the destroy a success.
        throw new CodedError("done, but interrupted: run `pulumi destroy` again for the rest", "interrupted");
    }
    return new Empty();
}

function handlersFor(handlers: AllHandlers, urn: string): Handlers {
    const type = parseType(urn);
    switch (type) {
        case TYPES.teardown:
        case TYPES.executor:
            return handlers.teardown;
        case TYPES.record:
            return handlers.record;
        case TYPES.attachment:
            return handlers.attachment;
        default:
            throw new Error(`droplet-teardown has no resource of type ${type}`);
    }
}

/** The engine tells the URN with each call, so that state does not hold it: it may have another one by then. */
function withUrn(values: Values, urn: string): Props {
    return { ...ungrouped(values), resourceUrn: urn };
}

/** Side by side, because each value may be a secret. */
function withoutUrn(props: Props): Props {
    return Object.fromEntries(Object.entries(ungrouped(props)).filter(([name]) => name !== "resourceUrn"));
}

/** Outputs that a preview of a create does not know. The executor's tag is made anew until its create. */
function unknownOutputs(urn: string): Values {
    const type = parseType(urn);
    const names = type === TYPES.attachment ? [] : [...SEEN, ...(type === TYPES.record ? [] : TAGS)];
    return Object.fromEntries(names.map((name) => [name, UNKNOWN]));
}

function limits(request: Call, signal: AbortSignal): { signal: AbortSignal; timeoutMs?: number } {
    const seconds = request.getTimeout();
    return { signal, ...(seconds > 0 ? { timeoutMs: seconds * 1_000 } : {}) };
}

/** A question about a Droplet, which changes nothing. */
export async function invoke(
    { functions }: AllHandlers,
    request: messages.InvokeRequest,
    signal: AbortSignal,
): Promise<messages.InvokeResponse | null> {
    const [, name = ""] = /^droplet-teardown:index:(\w+)$/.exec(request.getTok()) ?? [];
    if (!(name in functions)) {
        return null;
    }
    const ask = functions[name as keyof typeof functions];
    const answered = await ask(plainValues(request.getArgs()), { signal });
    const response = new messages.InvokeResponse();
    return "value" in answered
        ? response.setReturn(toStruct(answered.value))
        : response.setFailuresList(answered.failures.map(toCheckFailure));
}

function toCheckFailure({ property, reason }: { property: string; reason: string }): messages.CheckFailure {
    return new messages.CheckFailure().setProperty(property).setReason(reason);
}

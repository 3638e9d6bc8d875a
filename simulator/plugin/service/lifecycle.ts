/** Translates each call of the engine's protocol into one of the provider, and its result back. */
import * as messages from "@pulumi/pulumi/proto/provider_pb.js";
import { Empty } from "google-protobuf/google/protobuf/empty_pb.js";
import type { Api } from "../api/api.js";
import { text } from "../core/props.js";
import type { Provider } from "../core/provider.js";
import { getTag } from "../resources/tag.js";
import { toProps, toStruct } from "./messages.js";

export function check(provider: Provider, request: messages.CheckRequest): messages.CheckResponse {
    const [olds, news] = [toProps(request.getOlds()), toProps(request.getNews())];
    const checked = provider.check(request.getUrn(), olds, news, configuredAutoname(request));
    const response = new messages.CheckResponse();
    response.setInputs(toStruct(checked.inputs));
    response.setFailuresList(
        checked.failures.map(({ property, reason }) => {
            const failure = new messages.CheckFailure();
            failure.setProperty(property);
            failure.setReason(reason);
            return failure;
        }),
    );
    return response;
}

/** What `pulumi:autonaming` in the project's configuration says. */
function configuredAutoname(request: messages.CheckRequest): (() => string) | undefined {
    const options = request.getAutonaming();
    if (options?.getMode() === messages.CheckRequest.AutonamingOptions.Mode.DISABLE) {
        return () => {
            throw new Error("automatic naming is disabled but no explicit name was provided");
        };
    }
    return options && (() => options.getProposedName());
}

export function diff(provider: Provider, request: messages.DiffRequest): messages.DiffResponse {
    const found = provider.diff(request.getUrn(), toProps(request.getOlds()), toProps(request.getNews()));
    const ignored = new Set(request.getIgnorechangesList());
    const changed = found.changed.filter((name) => !ignored.has(name));
    const replaces = found.replaces.filter((name) => !ignored.has(name));
    const { DIFF_NONE, DIFF_SOME } = messages.DiffResponse.DiffChanges;
    const response = new messages.DiffResponse();
    response.setChanges(changed.length === 0 ? DIFF_NONE : DIFF_SOME);
    response.setDiffsList(changed);
    response.setReplacesList(replaces);
    response.setDeletebeforereplace(found.deleteBeforeReplace && replaces.length > 0);
    return response;
}

export async function create(
    provider: Provider,
    api: Api,
    request: messages.CreateRequest,
): Promise<messages.CreateResponse> {
    const inputs = toProps(request.getProperties());
    const response = new messages.CreateResponse();
    if (request.getPreview()) {
        response.setProperties(toStruct(provider.previewCreate(request.getUrn(), inputs)));
        return response;
    }
    const created = await provider.create(api, request.getUrn(), inputs);
    response.setId(created.id);
    response.setProperties(toStruct(created.state));
    return response;
}

/** A response without an id says that the resource is gone. */
export async function read(
    provider: Provider,
    api: Api,
    request: messages.ReadRequest,
): Promise<messages.ReadResponse> {
    const inputs = request.hasInputs() ? toProps(request.getInputs()) : undefined;
    const state = toProps(request.getProperties());
    const found = await provider.read(api, request.getUrn(), request.getId(), state, inputs);
    const response = new messages.ReadResponse();
    if (found !== null) {
        response.setId(request.getId());
        response.setProperties(toStruct(found.state));
        response.setInputs(toStruct(found.inputs));
    }
    return response;
}

export async function update(
    provider: Provider,
    api: Api,
    request: messages.UpdateRequest,
): Promise<messages.UpdateResponse> {
    const [olds, news] = [toProps(request.getOlds()), toProps(request.getNews())];
    const state = request.getPreview()
        ? provider.previewUpdate(olds, news)
        : await provider.update(api, request.getUrn(), request.getId(), olds, news);
    const response = new messages.UpdateResponse();
    response.setProperties(toStruct(state));
    return response;
}

export async function remove(provider: Provider, api: Api, request: messages.DeleteRequest): Promise<Empty> {
    await provider.delete(api, request.getUrn(), request.getId(), toProps(request.getProperties()));
    return new Empty();
}

export async function invoke(api: Api, request: messages.InvokeRequest): Promise<messages.InvokeResponse> {
    if (request.getTok() !== "digitalocean:index/getTag:getTag") {
        throw new Error(`the stand-in for the digitalocean provider does not serve ${request.getTok()}`);
    }
    const found = await getTag(api, text(toProps(request.getArgs()), "name"));
    return new messages.InvokeResponse().setReturn(toStruct(found));
}

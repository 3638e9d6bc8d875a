import * as messages from "@pulumi/pulumi/proto/provider_pb.js";

import * as lifecycle from "../../plugin/lifecycle.js";
import { TYPES } from "../../plugin/types.js";
import { toStruct, toValues, type Values } from "../../plugin/values.js";
import type { Handlers } from "../../provider/handlers/handlers.js";
import type { Props } from "../../provider/stored/inputs.js";
import type { PluginProcess } from "./teardown-world.js";

const { signal } = new AbortController();

/** The same process as the plugin serves it, and the engine stores its resources. */
export function throughPlugin(process: PluginProcess): PluginProcess {
    const all = {
        teardown: process,
        record: process.record,
        functions: process.functions,
        attachment: process.attachment,
    };
    const teardownType = ({ stackTag }: Props): string =>
        stackTag === undefined ? TYPES.teardown : TYPES.executor;
    return {
        ...served(all, teardownType),
        record: served(all, () => TYPES.record),
        attachment: served(all, () => TYPES.attachment),
        functions: process.functions,
    };
}

function served(all: lifecycle.AllHandlers, chooseType: (props: Props) => string): Handlers {
    const urn = (props: Props): string => `urn:pulumi:dev::app::${chooseType(props)}::web`;
    const without = (props: Props) => toStruct({ ...props, resourceUrn: undefined });
    const record = (values: Values): Record<string, unknown> => ({ ...values });
    return {
        configure: (request) => all.teardown.configure(request),
        check: async (olds, news) => {
            const request = new messages.CheckRequest().setUrn(urn(news));
            const checked = await lifecycle.check(all, request.setOlds(without(olds)).setNews(without(news)));
            const failures = checked
                .getFailuresList()
                .map((failure) => ({ property: failure.getProperty(), reason: failure.getReason() }));
            return { inputs: record(toValues(checked.getInputs())), failures };
        },
        diff: async (id, olds, news) => {
            const request = new messages.DiffRequest().setUrn(urn(news)).setId(id);
            const diff = await lifecycle.diff(all, request.setOlds(without(olds)).setNews(without(news)));
            return { changes: diff.getChanges() === messages.DiffResponse.DiffChanges.DIFF_SOME };
        },
        create: async (inputs) => {
            const request = new messages.CreateRequest().setUrn(urn(inputs)).setProperties(without(inputs));
            const created = await lifecycle.create(all, request, signal);
            return { id: created.getId(), outs: record(toValues(created.getProperties())) };
        },
        read: async (id, props) => {
            const request = new messages.ReadRequest().setUrn(urn(props)).setId(id);
            const read = await lifecycle.read(all, request.setProperties(without(props)), signal);
            const found = record(toValues(read.getProperties()));
            return read.getId() === "" ? {} : { id: read.getId(), props: found };
        },
        update: async (id, olds, news) => {
            const request = new messages.UpdateRequest().setUrn(urn(news)).setId(id);
            const given = request.setOlds(without(olds)).setNews(without(news));
            const updated = await lifecycle.update(all, given, signal);
            return { outs: record(toValues(updated.getProperties())) };
        },
        delete: async (id, props) => {
            const request = new messages.DeleteRequest().setUrn(urn(props)).setId(id);
            await lifecycle.remove(all, request.setProperties(without(props)), signal);
        },
    };
}

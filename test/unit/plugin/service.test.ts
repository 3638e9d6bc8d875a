import assert from "node:assert/strict";
import { ConstructRequest } from "@pulumi/pulumi/proto/provider_pb.js";

import { Callbacks } from "../../../plugin/callbacks.js";
import { createService } from "../../../plugin/service.js";
import type { Engine } from "../../../provider/access/runtime.js";
import { TeardownWorld } from "../../support/teardown-world.js";

interface Answered {
    readonly error: { readonly code: number; readonly details: string } | null;
}

type Call = (call: { readonly request: object }, done: (error: Answered["error"]) => void) => void;

/** Calls the service as the engine does. */
function served(requireVersion: Engine["requireVersion"]) {
    const world = new TeardownWorld();
    const process = world.process();
    const service = createService({
        handlers: {
            teardown: process,
            record: process.record,
            attachment: process.attachment,
            functions: process.functions,
        },
        version: "0.1.0",
        attach: () => undefined,
        callbacks: new Callbacks(),
        requireVersion,
    });
    return (name: string, request: object): Promise<Answered> =>
        new Promise((resolve) => {
            const method = service[name] as unknown as Call;
            method({ request }, (error) => resolve({ error }));
        });
}

describe("the service of the plugin", () => {
    it("makes no component on an engine that is too old to take it away again, and names the version", async () => {
        const asked: string[] = [];
        const call = served((range) => {
            asked.push(range);
            return Promise.reject(new Error("the CLI is 3.200.0"));
        });
        const request = new ConstructRequest().setType("droplet-teardown:index:Droplet").setName("web");
        const { error } = await call("construct", request.setMonitorendpoint("127.0.0.1:1"));
        assert.equal(
            error?.details,
            "droplet-teardown needs version 3.225.1 or later of the Pulumi CLI: the CLI is 3.200.0\nCode: invalid-input",
        );
        assert.deepEqual(asked, [">=3.225.1"]);
    });
});

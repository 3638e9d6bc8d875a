import assert from "node:assert/strict";
import * as grpc from "@grpc/grpc-js";
import { EngineService } from "@pulumi/pulumi/proto/engine_grpc_pb";
import * as messages from "@pulumi/pulumi/proto/engine_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";

import { connectEngine, narrateTo, NO_ENGINE } from "../../../provider/access/runtime.js";
import { AbandonedError } from "../../../provider/teardown/errors.js";

interface FakeEngine {
    readonly address: string;
    readonly lines: messages.LogRequest.AsObject[];
    close(): void;
}

/** An engine on loopback that writes down what it is told. */
async function fakeEngine(rootResource: "answers" | "fails" = "answers"): Promise<FakeEngine> {
    const lines: messages.LogRequest.AsObject[] = [];
    const server = new grpc.Server();
    const log: grpc.handleUnaryCall<messages.LogRequest, Empty> = (call, done) => {
        lines.push(call.request.toObject());
        done(null, new Empty());
    };
    const getRootResource: grpc.handleUnaryCall<
        messages.GetRootResourceRequest,
        messages.GetRootResourceResponse
    > = (_call, done) => {
        if (rootResource === "answers") {
            done(null, new messages.GetRootResourceResponse());
        } else {
            done({ code: grpc.status.UNIMPLEMENTED });
        }
    };
    const requirePulumiVersion: grpc.handleUnaryCall<
        messages.RequirePulumiVersionRequest,
        messages.RequirePulumiVersionResponse
    > = ({ request }, done) => {
        if (request.getPulumiVersionRange() === ">=3.225.1") {
            done(null, new messages.RequirePulumiVersionResponse());
        } else {
            done({ code: grpc.status.FAILED_PRECONDITION, details: "the CLI is 3.276.0" });
        }
    };
    const unused: grpc.handleUnaryCall<unknown, unknown> = (_call, done) =>
        done({ code: grpc.status.UNIMPLEMENTED });
    const methods = Object.keys(EngineService).map((name) => [name, unused] as const);
    server.addService(EngineService, {
        ...Object.fromEntries(methods),
        log,
        getRootResource,
        ...(rootResource === "answers" ? { requirePulumiVersion } : {}),
    });
    const port = await new Promise<number>((resolve, reject) => {
        server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (error, bound) => {
            if (error === null) {
                resolve(bound);
            } else {
                reject(error);
            }
        });
    });
    return { address: `127.0.0.1:${port}`, lines, close: () => server.forceShutdown() };
}

describe("the link to the engine", () => {
    it("shows lines on the row of a resource, staying or ephemeral", async () => {
        const engine = await fakeEngine();
        const link = connectEngine(engine.address);
        await link.log("destroying", "urn:web", false);
        await link.log("1/2 destroyed", "urn:web", true);
        engine.close();
        assert.deepEqual(
            engine.lines.map(({ severity, message, urn, ephemeral }) => ({
                severity,
                message,
                urn,
                ephemeral,
            })),
            [
                {
                    severity: messages.LogSeverity.INFO,
                    message: "destroying",
                    urn: "urn:web",
                    ephemeral: false,
                },
                {
                    severity: messages.LogSeverity.INFO,
                    message: "1/2 destroyed",
                    urn: "urn:web",
                    ephemeral: true,
                },
            ],
        );
    });

    for (const rootResource of ["answers", "fails"] as const) {
        it(`takes an engine that ${rootResource} for alive`, async () => {
            const engine = await fakeEngine(rootResource);
            await connectEngine(engine.address).ensureAlive();
            engine.close();
        });
    }

    it("knows that the engine is gone, and lets nothing hang on a line that cannot be shown", async () => {
        const engine = await fakeEngine();
        const link = connectEngine(engine.address);
        await link.ensureAlive();
        engine.close();
        await assert.rejects(link.ensureAlive(), AbandonedError);
        await link.log("into the void", "urn:web", false);
        assert.deepEqual(engine.lines, []);
    });

    it("tells the process to leave once nobody listens any more, and not before", async () => {
        const engine = await fakeEngine();
        const process = { left: 0 };
        const link = connectEngine(engine.address, () => (process.left += 1));
        await link.ensureAlive();
        assert.equal(process.left, 0);
        engine.close();
        await assert.rejects(link.ensureAlive(), { message: "the Pulumi engine is gone" });
        assert.notEqual(process.left, 0);
    });

    it("says that an engine is older than what is needed, or does not know the question and so is", async () => {
        const [engine, older] = [await fakeEngine(), await fakeEngine("fails")];
        await connectEngine(engine.address).requireVersion(">=3.225.1");
        await assert.rejects(connectEngine(engine.address).requireVersion(">=4.0.0"), {
            message: "the CLI is 3.276.0",
        });
        await assert.rejects(connectEngine(older.address).requireVersion(">=3.225.1"));
        engine.close();
        older.close();
    });

    it("is not needed: without an address nothing is shown and nobody is gone", async () => {
        assert.equal(connectEngine(undefined), NO_ENGINE);
        await NO_ENGINE.log("a line", "urn:web", false);
        await NO_ENGINE.ensureAlive();
        await NO_ENGINE.requireVersion(">=3.225.1");
    });
});

describe("the narrator", () => {
    function listening() {
        const told: string[] = [];
        const log = (line: string, urn: string, ephemeral: boolean): Promise<void> => {
            told.push(`${urn} ${ephemeral ? "~" : "!"} ${line}`);
            return Promise.resolve();
        };
        return { told, engine: { ...NO_ENGINE, log } };
    }

    it("shows progress only when its text changes", () => {
        const { told, engine } = listening();
        const { progress } = narrateTo(engine, "web");
        ["a", "a", "b", "b", "a"].forEach(progress);
        assert.deepEqual(told, ["web ~ a", "web ~ b", "web ~ a"]);
    });

    it("repeats what stays, and shows no token", async () => {
        const { told, engine } = listening();
        const narrator = narrateTo(engine, "web");
        await narrator.announce("a");
        await narrator.announce("a");
        await narrator.announce(`dop_v1_${"a".repeat(64)}`);
        assert.deepEqual(told, ["web ! a", "web ! a", "web ! dop_v1_[redacted]"]);
    });

    it("is silent about a resource that has no URN", async () => {
        const { told, engine } = listening();
        await narrateTo(engine, undefined).announce("a");
        assert.deepEqual(told, []);
    });
});

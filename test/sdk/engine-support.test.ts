import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import * as sinon from "sinon";

import { supportedEngine } from "../../sdk/engine-support.js";
import { leaveAsyncStorage } from "../support/async-storage.js";

/** What the SDK's public `requirePulumiVersion` calls. */
const settings = require("@pulumi/pulumi/runtime/settings") as {
    requirePulumiVersion: (range: string) => Promise<void>;
};
/** Runs one of several programs of a process, as the Automation API does. */
const { withLocalStorage } = require("@pulumi/pulumi/runtime/state") as {
    withLocalStorage: (program: () => Promise<void>) => Promise<void>;
};

describe("the engine that a program runs on", () => {
    let version: sinon.SinonStub<[string], Promise<void>>;
    beforeEach(() => {
        version = sinon.stub(settings, "requirePulumiVersion");
    });
    afterEach(() => sinon.restore());
    after(leaveAsyncStorage);

    it("is asked once for each program whether it is 3.225.1 or later", async () => {
        version.resolves();
        const program = async (): Promise<void> => {
            await Promise.all([supportedEngine(), supportedEngine()]);
        };
        await withLocalStorage(program);
        await withLocalStorage(program);
        assert.deepEqual(version.args, [[">=3.225.1"], [">=3.225.1"]]);
    });

    const TOO_OLD: Readonly<Record<string, Error>> = {
        "it says so": Object.assign(new Error("2 UNKNOWN: Pulumi CLI version 3.200.0 does not"), {
            details: "Pulumi CLI version 3.200.0 does not",
        }),
        "it does not know the question": new Error("The installed version of the CLI does not"),
    };
    for (const [how, error] of Object.entries(TOO_OLD)) {
        it(`is refused where ${how}: one error, with what it said`, () =>
            withLocalStorage(async () => {
                version.rejects(error);
                const ask = (): Promise<unknown> => supportedEngine().catch((reason: unknown) => reason);
                const [first, second] = [await ask(), await ask()];
                assert.ok(pulumi.RunError.isInstance(first));
                assert.match(
                    first.message,
                    /needs version 3\.225\.1 .*: (?:Pulumi|The installed) .*not\nCode: invalid-input$/,
                );
                assert.equal(second, first);
            }));
    }
});

import assert from "node:assert/strict";
import { createDropletApi } from "../../../provider/digitalocean/api.js";
import { loadPackage } from "../../../provider/digitalocean/node-fetch.js";
import { RefusedError } from "../../../provider/teardown/errors.js";
import { scriptedServer } from "../../support/connection.js";

const never = new AbortController().signal;

function notFound(code: string): Error {
    return Object.assign(new Error("Cannot find package 'data-uri-to-buffer'"), { code });
}

describe("a package that is not installed", () => {
    for (const code of ["ERR_MODULE_NOT_FOUND", "MODULE_NOT_FOUND"]) {
        it(`ends a request at once, by its name: ${code}`, async () => {
            let asked = 0;
            const server = scriptedServer([], {
                fetch: () => {
                    asked += 1;
                    return loadPackage("node-fetch", () => Promise.reject(notFound(code)));
                },
            });
            const work = createDropletApi(server.connection).droplet(42, never);
            await assert.rejects(server.clock.run(work), (error: unknown) => {
                assert.ok(error instanceof RefusedError);
                assert.match(error.message, /^the package node-fetch cannot be loaded/);
                assert.ok(error.cause instanceof Error);
                return true;
            });
            assert.equal(asked, 1);
            assert.equal(server.clock.monotonicMs(), 0);
        });
    }

    it("is another matter than a package that fails", async () => {
        const broken = new SyntaxError("unexpected token");
        await assert.rejects(
            loadPackage("node-fetch", () => Promise.reject(broken)),
            (error) => error === broken,
        );
    });

    it("is none that is there", async () => {
        assert.equal(await loadPackage("x", () => Promise.resolve(1)), 1);
    });
});

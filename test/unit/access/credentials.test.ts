import assert from "node:assert/strict";

import {
    type Attempt,
    type Client,
    credentials,
    endpoint,
    type TokenSources,
    withToken,
} from "../../../provider/access/clients.js";
import { parseEndpoint } from "../../../provider/digitalocean/connection.js";
import type { OwnershipApi } from "../../../provider/ownership/verdict.js";
import type { Account, DropletApi } from "../../../provider/teardown/ports.js";
import { AuthenticationError, UnreachableError } from "../../../provider/teardown/errors.js";
import type { Droplet } from "../../../provider/teardown/model.js";
import { readTeardown, resolveTimeout, toDesiredOutcome } from "../../../provider/stored/state.js";

function sources(config: Record<string, string>, env: Record<string, string> = {}): TokenSources {
    return { config: (key) => config[key], env: (name) => env[name] };
}

describe("tokens", () => {
    const all = sources(
        { "digitalocean:token": "c" },
        { DIGITALOCEAN_TOKEN: "e", DIGITALOCEAN_ACCESS_TOKEN: "o" },
    );

    it("are tried in order: argument, configuration, environment", () => {
        assert.deepEqual(credentials("a", all), [
            { token: "a", source: "the argument token" },
            { token: "c", source: "the stack configuration digitalocean:token" },
            { token: "e", source: "DIGITALOCEAN_TOKEN" },
            { token: "o", source: "DIGITALOCEAN_ACCESS_TOKEN" },
        ]);
    });

    it("come once where two places name the same", () => {
        const found = credentials(
            undefined,
            sources({ "digitalocean:token": "x" }, { DIGITALOCEAN_TOKEN: " x\n" }),
        );
        assert.deepEqual(
            found.map(({ source }) => source),
            ["the stack configuration digitalocean:token"],
        );
    });

    it("that are blank are none", () => {
        assert.deepEqual(
            credentials(" ", sources({ "digitalocean:token": "" }, { DIGITALOCEAN_TOKEN: "\n" })),
            [],
        );
    });
});

describe("the endpoint", () => {
    it("is the argument's, else the configuration's, else the environment's, else the public one", () => {
        const config = { "digitalocean:apiEndpoint": "https://config.example" };
        const env = { DIGITALOCEAN_API_URL: "https://env.example" };
        assert.equal(endpoint("https://argument.example", sources(config, env)).host, "argument.example");
        assert.equal(endpoint(undefined, sources(config, env)).host, "config.example");
        assert.equal(endpoint(" ", sources({ "digitalocean:apiEndpoint": "" }, env)).host, "env.example");
        assert.equal(endpoint(undefined, sources({})).host, "api.digitalocean.com");
    });
});

/** What a token can see. */
interface View {
    readonly valid: boolean;
    readonly account?: Account | null | Error;
    readonly droplet?: Droplet | null;
}

const REJECTED = new AuthenticationError("GET /v2/account: 401 Unable to authenticate you", 401, "req-1");
const DROPLET: Droplet = {
    id: 7,
    name: "web-1",
    status: "active",
    tags: [],
    monthlyPrice: null,
    backups: 0,
    createdAt: null,
};

describe("work with a token", () => {
    /** Tokens by name, in the order in which they are tried; returns those that did the work. */
    async function tried(
        views: Record<string, View>,
        accountId: string | null,
    ): Promise<{ worked: string[]; attempt: Attempt<string> }> {
        const worked: string[] = [];
        const clientFor = (token: string): Client => {
            const { account = { id: "ours" }, droplet = null, valid } = views[token] ?? { valid: false };
            const answer = <T>(value: T | Error): Promise<T> => {
                const error = value instanceof Error ? value : REJECTED;
                return valid && !(value instanceof Error) ? Promise.resolve(value) : Promise.reject(error);
            };
            const api = {
                account: () => answer(account),
                droplet: () => answer(droplet),
            } as Partial<DropletApi>;
            const ownership = {} as OwnershipApi;
            const watching = (): never => assert.fail("nothing is torn down here");
            const traffic = { requests: 0, requestIds: [token], waits: 0 };
            const working = {
                serverNow: () => null,
                watching,
                begin: watching,
                tidying: ownership,
                shared: ownership,
            };
            return { api: api as DropletApi, ownership, traffic, ...working };
        };
        const access = {
            credentials: Object.keys(views).map((token) => ({ token, source: `place of ${token}` })),
            endpoint: parseEndpoint("https://api.digitalocean.com"),
            clientFor,
            advice: { missing: "Get a token.", rejected: "Get another token." },
        };
        const attempt = await withToken(
            access,
            { accountId, isVisible: async ({ api }, signal) => (await api.droplet(7, signal)) !== null },
            new AbortController().signal,
            ({ traffic }) => {
                const token = traffic.requestIds[0] ?? "";
                worked.push(token);
                return Promise.resolve({
                    value: token,
                    rejected: views[token]?.valid === true ? null : REJECTED,
                });
            },
        );
        return { worked, attempt };
    }

    it("is done with the first one, whose account nobody asks for", async () => {
        const { worked, attempt } = await tried(
            { first: { valid: true, account: REJECTED }, second: { valid: true } },
            "ours",
        );
        assert.deepEqual([worked, attempt.rejected], [["first"], null]);
    });

    it("goes on with the next of the same team", async () => {
        const { worked } = await tried({ old: { valid: false }, new: { valid: true } }, "ours");
        assert.deepEqual(worked, ["old", "new"]);
    });

    it("passes over one of another team", async () => {
        const views = {
            old: { valid: false },
            theirs: { valid: true, account: { id: "theirs" } },
            ours: { valid: true },
        };
        assert.deepEqual((await tried(views, "ours")).worked, ["old", "ours"]);
    });

    it("takes one that may not read its account but sees the Droplet, and no other", async () => {
        const views = {
            old: { valid: false },
            blind: { valid: true, account: null },
            seeing: { valid: true, account: null, droplet: DROPLET },
        };
        assert.deepEqual((await tried(views, "ours")).worked, ["old", "seeing"]);
    });

    it("says in the end what was tried and what to do", async () => {
        const { attempt } = await tried(
            { one: { valid: false }, two: { valid: false }, blind: { valid: true, account: null } },
            "ours",
        );
        assert.match(
            attempt.rejected?.message ?? "",
            /^DigitalOcean rejected every available token: place of one, place of two, place of blind \(cannot see the droplet\)\. Get another token\.$/,
        );
        assert.equal(attempt.rejected?.cause, REJECTED);
        assert.equal(attempt.rejected.requestId, "req-1");
    });

    it("passes over one of which it cannot be told whose it is, and says why", async () => {
        const views = {
            old: { valid: false },
            next: { valid: true, account: new UnreachableError("no usable answer") },
        };
        const { worked, attempt } = await tried(views, "ours");
        assert.deepEqual(worked, ["old"]);
        assert.match(
            attempt.rejected?.message ?? "",
            /place of next \(could not be checked: no usable answer\)/,
        );
    });

    it("ends with a defect, whatever the token", async () => {
        const views = { old: { valid: false }, next: { valid: true, account: new TypeError("a defect") } };
        await assert.rejects(tried(views, "ours"), { name: "TypeError" });
    });

    it("needs a token", async () => {
        await assert.rejects(tried({}, null), /no usable DigitalOcean token/);
    });
});

describe("what the environment adds", () => {
    const { inputs } = readTeardown({
        dropletId: 7,
        keep: ["a"],
        managed: ["m"],
        volumeIds: ["v"],
        timeout: "5m",
    });

    it("is kept besides what is managed and what is asked for", () => {
        const env = (name: string): string | undefined =>
            name === "DROPLET_TEARDOWN_KEEP" ? " b, ,c ," : undefined;
        assert.deepEqual(toDesiredOutcome(inputs, 1, env).keep, [
            { entry: "m", source: "managed" },
            { entry: "v", source: "volumeIds" },
            { entry: "a", source: "argument" },
            { entry: "b", source: "environment" },
            { entry: "c", source: "environment" },
        ]);
    });

    it("is another timeout, where it can be read", () => {
        assert.equal(
            resolveTimeout(inputs, () => undefined),
            300_000,
        );
        assert.equal(
            resolveTimeout(inputs, () => " "),
            300_000,
        );
        assert.equal(
            resolveTimeout(inputs, () => "1h"),
            3_600_000,
        );
        assert.throws(
            () => resolveTimeout(inputs, () => "forever"),
            /^RefusedError: DROPLET_TEARDOWN_TIMEOUT must be a duration .* not "forever"$/,
        );
        assert.throws(
            () => resolveTimeout({ ...inputs, timeout: "x" }, () => undefined),
            /^RefusedError: timeout must be/,
        );
    });
});

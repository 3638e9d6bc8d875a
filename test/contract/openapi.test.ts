import { strict as assert } from "node:assert";

import { defaultSettings, ENDPOINTS } from "../../simulator/index.js";
import { EXCEPTIONS, isExcepted } from "./exceptions.js";
import { type Answer, type Difference, Judge } from "./judge.js";
import type { Step } from "./recording-client.js";
import { walkEveryEndpoint } from "./walk.js";

const judge = new Judge();

function toAnswer({ endpoint, path, status, headers, body }: Step): Answer {
    const [method = ""] = endpoint.split(" ");
    const [pathname = ""] = path.split("?");
    const names = ["content-type", "x-request-id", ...Object.keys(RATE_LIMIT)];
    const given = names.flatMap((name) => {
        const value = headers.get(name);
        return value === null ? [] : [[name, value]];
    });
    return {
        ...{ method, pathname, status, body: body === undefined ? "" : JSON.stringify(body) },
        headers: Object.fromEntries(given) as Record<string, string>,
    };
}

const RATE_LIMIT = {
    "ratelimit-limit": "5000",
    "ratelimit-remaining": "4999",
    "ratelimit-reset": "1767225600",
};

describe("DigitalOcean's description of its API", () => {
    let steps: readonly Step[] = [];
    let differences: Difference[] = [];

    before(async () => {
        steps = await walkEveryEndpoint();
        differences = steps.flatMap((step) => judge.judge(toAnswer(step)).differences);
    });

    it("says the same as every answer of a walk over all of the simulator", () => {
        assert.deepEqual(
            differences.filter((difference) => !isExcepted(difference, defaultSettings)),
            [],
        );
    });

    it("has every operation of the simulator, and the walk has a success of each", () => {
        const walked = new Set(
            steps
                .filter(({ status }) => status < 300)
                .map(({ endpoint, path }) => findOperation(endpoint, path.split("?")[0] ?? "")),
        );
        const served = ENDPOINTS.map(({ endpoint }) => {
            const [method = "", path = ""] = endpoint.split(" ");
            return findOperation(method, path);
        });
        assert.deepEqual(
            served.filter((operation) => operation === null || !walked.has(operation)),
            [],
        );
    });

    it("is right about everything that is excepted by default no longer, once it is mended", () => {
        const unused = EXCEPTIONS.filter(
            ({ covers, source }) =>
                !source.startsWith("simulator/") && !differences.some((one) => covers(one, defaultSettings)),
        );
        assert.deepEqual(
            unused.map(({ what }) => what),
            [],
        );
    });

    it("covers errors: the walk has every status that the simulator answers with", () => {
        const errors = new Set(steps.map(({ status }) => status).filter((status) => status >= 400));
        assert.deepEqual([...errors].sort(), [400, 401, 403, 404, 409, 412, 422, 429]);
    });
});

function findOperation(endpoint: string, path: string): string | null {
    return judge.description.findOperation(endpoint.split(" ")[0] ?? "", path);
}

describe("an answer that is not as described", () => {
    const right: Answer = {
        ...{ method: "GET", pathname: "/v2/account", status: 200 },
        headers: { ...RATE_LIMIT, "content-type": "application/json; charset=utf-8" },
        body: JSON.stringify({
            account: {
                ...{ droplet_limit: 25, floating_ip_limit: 5, email: "sammy@example.com", name: "Sammy" },
                ...{ uuid: "b6fr89dbf6d9156cace5f3c78dc9851d957381ef", email_verified: true },
                ...{ status: "active", status_message: "" },
            },
        }),
    };
    const deleted: Answer = { ...right, method: "DELETE", pathname: "/v2/droplets/1", status: 204, body: "" };
    const without = (header: string): Answer["headers"] =>
        Object.fromEntries(Object.entries(right.headers).filter(([name]) => name !== header));

    const ROWS: readonly [what: string, Answer, where: string[]][] = [
        ["nothing", right, []],
        ["nothing of an empty one", deleted, []],
        [
            "a field of another type",
            { ...right, body: right.body.replace("25", '"25"') },
            ["/account/droplet_limit"],
        ],
        ["a missing field", { ...right, body: right.body.replace('"uuid"', '"uid"') }, ["/account"]],
        [
            "a value that is none of those",
            { ...right, body: right.body.replace('"active"', '"idle"') },
            ["/account/status"],
        ],
        [
            "null",
            { ...right, body: right.body.replace('"active"', "null") },
            ["/account/status", "/account/status"],
        ],
        ["no body", { ...right, body: "" }, [""]],
        ["a body where there is none", { ...deleted, body: "{}" }, [""]],
        ["a missing header", { ...right, headers: without("ratelimit-reset") }, ["header "]],
        [
            "a header that is no number",
            { ...right, headers: { ...right.headers, "ratelimit-limit": "many" } },
            ["header ratelimit-limit"],
        ],
        ["no content type", { ...right, headers: without("content-type") }, ["header content-type"]],
        [
            "no content type of an empty one that has it",
            { ...deleted, headers: without("content-type") },
            ["header "],
        ],
        ["an error without a message", { ...right, status: 418, body: '{"id":"teapot"}' }, [""]],
        ["a path that is not there", { ...right, pathname: "/v2/unheard_of" }, [""]],
    ];
    for (const [what, answer, where] of ROWS) {
        it(`is found: ${what}`, () => {
            assert.deepEqual(
                judge.judge(answer).differences.map((difference) => difference.where),
                where,
            );
        });
    }

    it("to HEAD is judged as that to GET, without its body", () => {
        assert.deepEqual(judge.judge({ ...right, method: "HEAD", body: "" }).differences, []);
        assert.equal(judge.judge({ ...right, method: "HEAD", headers: {} }).differences.length, 3);
    });
});

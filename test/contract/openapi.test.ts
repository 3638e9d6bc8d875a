import { strict as assert } from "node:assert";
import { Ajv } from "ajv";
import { bodySchemas, emptyAnswers, errorSchema } from "./schemas.js";
import type { Step } from "./recording-client.js";
import { walkEveryEndpoint } from "./walk.js";

const SUCCESSES: Readonly<Record<string, number>> = {
    "POST /v2/droplets": 202,
    "DELETE /v2/droplets/{droplet_id}": 204,
    "POST /v2/droplets/{droplet_id}/actions": 201,
    "POST /v2/volumes": 201,
    "POST /v2/volumes/{volume_id}/actions": 202,
    "POST /v2/reserved_ips": 202,
    "POST /v2/reserved_ips/{reserved_ip}/actions": 201,
    "DELETE /v2/droplets/{droplet_id}/destroy_with_associated_resources/selective": 202,
    "DELETE /v2/droplets/{droplet_id}/destroy_with_associated_resources/dangerous": 202,
    "POST /v2/droplets/{droplet_id}/destroy_with_associated_resources/retry": 202,
};

describe("the simulator's answers", () => {
    const ajv = new Ajv({ allErrors: true });
    let steps: readonly Step[] = [];

    before(async () => {
        steps = await walkEveryEndpoint();
    });

    function successes(endpoint: string): Step[] {
        const found = steps.filter((step) => step.endpoint === endpoint && step.status < 300);
        assert.ok(found.length > 0, `the walk has no success of ${endpoint}`);
        return found;
    }

    for (const [endpoint, schema] of Object.entries(bodySchemas)) {
        it(`have the fields that DigitalOcean documents: ${endpoint}`, () => {
            const validate = ajv.compile(schema);
            for (const step of successes(endpoint)) {
                assert.ok(validate(step.body), `${step.path}: ${ajv.errorsText(validate.errors)}`);
            }
        });
    }

    for (const endpoint of emptyAnswers) {
        it(`are empty where DigitalOcean sends nothing: ${endpoint}`, () => {
            successes(endpoint).forEach((step) => assert.equal(step.body, undefined));
        });
    }

    for (const [endpoint, status] of Object.entries(SUCCESSES)) {
        it(`have the documented status: ${endpoint} ${status}`, () => {
            successes(endpoint).forEach((step) => assert.equal(step.status, status));
        });
    }

    it("name every error with an id, a message and the request", () => {
        const validate = ajv.compile(errorSchema);
        const errors = steps.filter((step) => step.status >= 400);
        const seen = new Set(errors.map((step) => step.status));
        assert.deepEqual([...seen].sort(), [401, 403, 404, 409, 422, 429]);
        for (const step of errors) {
            assert.ok(validate(step.body), `${step.path}: ${ajv.errorsText(validate.errors)}`);
        }
    });

    it("carry a request id and whole-number rate limit headers, all of them", () => {
        for (const { path, headers } of steps) {
            assert.match(headers.get("x-request-id") ?? "", /^[0-9a-f-]{36}$/, path);
            for (const name of ["ratelimit-limit", "ratelimit-remaining", "ratelimit-reset"]) {
                assert.match(headers.get(name) ?? "", /^\d+$/, `${name} of ${path}`);
            }
        }
    });

    it("have a content type when they have a body", () => {
        for (const { path, headers, body } of steps) {
            const type = headers.get("content-type");
            assert.ok(body === undefined || type === "application/json; charset=utf-8", path);
        }
    });
});

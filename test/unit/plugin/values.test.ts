import assert from "node:assert/strict";

import {
    dependenciesIn,
    plain,
    secret,
    secretAs,
    toStruct,
    toValues,
    type Value,
    withoutOutputs,
} from "../../../plugin/values.js";
import { UNKNOWN } from "../../../provider/stored/inputs.js";

const SIGNATURE = "4dabf18193072939515e22adb298388d";
const OUTPUT = "d0e6a833031e9bbcd3f4e8bde6ca49a4";

/** A value that comes from resources, as a language host sends it. */
function output(given: { value?: Value; secret?: boolean; from?: readonly string[] }): Value {
    const { value, secret: isSecret, from } = given;
    return {
        [SIGNATURE]: OUTPUT,
        ...(value === undefined ? {} : { value }),
        ...(isSecret === undefined ? {} : { secret: isSecret }),
        ...(from === undefined ? {} : { dependencies: from }),
    };
}

describe("property values of the engine's protocol", () => {
    const nested: Value = {
        keep: [output({ value: "id", from: ["urn:data"] }), "pg-*"],
        token: output({ value: "t", secret: true }),
        later: output({ from: ["urn:web"] }),
    };

    it("are plain for handlers, secrets included, however deep", () => {
        const value = { list: [secret({ a: secret(1) }), 2], later: UNKNOWN };
        assert.deepEqual(plain(value), { list: [{ a: 1 }, 2], later: UNKNOWN });
        assert.deepEqual(plain(nested), { keep: ["id", "pg-*"], token: "t", later: UNKNOWN });
    });

    it("lose nothing but their dependencies where outputs become plain, secret or unknown", () => {
        assert.deepEqual(withoutOutputs(nested), {
            keep: ["id", "pg-*"],
            token: secret("t"),
            later: UNKNOWN,
        });
        assert.deepEqual(
            withoutOutputs(output({ value: [output({ value: 1 })], secret: true })),
            secret([1]),
        );
        assert.deepEqual(withoutOutputs(secret(output({ value: 1 }))), secret(1));
    });

    it("name the resources that they come from", () => {
        assert.deepEqual(dependenciesIn(nested), ["urn:data", "urn:web"]);
        assert.deepEqual(dependenciesIn("text"), []);
        const inside = output({ value: { a: output({ value: 1, from: ["urn:b"] }) }, from: ["urn:a"] });
        assert.deepEqual(dependenciesIn(inside), ["urn:a", "urn:b"]);
    });

    it("are secret again where what was given held a secret, and a token always is", () => {
        const results = { keep: ["a"], token: "t", retries: 3 };
        const given = { keep: [secret("a")], retries: 3 };
        assert.deepEqual(secretAs(results, given), { keep: secret(["a"]), token: secret("t"), retries: 3 });
    });

    it("leave out what is undefined on the way", () => {
        assert.deepEqual(toValues(toStruct({ a: undefined, b: null, c: [1] })), { b: null, c: [1] });
        assert.deepEqual(toValues(undefined), {});
    });
});

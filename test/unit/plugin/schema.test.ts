import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";

import { buildSchema, findArguments } from "../../../plugin/schema.js";
import { TYPES } from "../../../plugin/types.js";
import { INPUT_PROPERTIES } from "../../../provider/stored/inputs.js";
import { withDropletInputs } from "../../../tools/plugin/schema.js";
import { REPOSITORY } from "../../support/engine-project-files.js";

type Schema = Parameters<typeof withDropletInputs>[0];

const committed = JSON.parse(readFileSync(join(REPOSITORY, "plugin", "schema.json"), "utf8")) as Schema;

describe("the schema of the plugin", () => {
    it("has the inputs of the installed official Droplet (`npm run schema`), and `teardown`", () => {
        assert.deepEqual(withDropletInputs(committed), committed);
        assert.ok(findArguments(TYPES.droplet)?.includes("teardown"));
        assert.ok(findArguments(TYPES.droplet)?.includes("volumeIds"));
    });

    it("has no half of a pair: executor and record are the component's own", () => {
        assert.equal(findArguments(TYPES.executor), undefined);
        assert.equal(findArguments(TYPES.record), undefined);
    });

    it("has what a teardown by id may be given, but what only the npm package gives", () => {
        const own = ["managed", "volumeIds", "apiEndpoint", "resourceUrn", "gracefulShutdown"];
        const expected = INPUT_PROPERTIES.byId.filter((name) => !own.includes(name));
        assert.deepEqual([...(findArguments(TYPES.teardown) ?? [])].sort(), [...expected].sort());
    });

    it("has the version of the plugin", () => {
        assert.equal((buildSchema("1.2.3") as { version: string }).version, "1.2.3");
    });
});

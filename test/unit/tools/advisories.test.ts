import assert from "node:assert/strict";

import { advisoriesAbout } from "../../../tools/package/advisories.js";

const URL = "https://github.com/advisories/GHSA-0000-0000-0000";

const audited = (vulnerabilities: object): string =>
    JSON.stringify({ auditReportVersion: 2, vulnerabilities });
const one = (name: string, via: readonly unknown[], ...nodes: string[]): object => ({
    [name]: { name, severity: "high", via, nodes },
});

describe("advisories about what is inside the package", () => {
    const advisory = { title: "Something leaks", url: URL, severity: "high" };
    const inside = ["node_modules/debug", "node_modules/node-fetch"];

    it("name the package, what it is about and where it is published", () => {
        const text = audited(one("node-fetch", [advisory], "node_modules/node-fetch"));
        assert.deepEqual(advisoriesAbout(text, inside), [`node-fetch: Something leaks (${URL})`]);
    });

    it("are not those about tools, or about another copy of the same package", () => {
        const text = audited({
            ...one("mocha", [advisory], "node_modules/mocha"),
            ...one("debug", [advisory], "node_modules/mocha/node_modules/debug"),
        });
        assert.deepEqual(advisoriesAbout(text, inside), []);
    });

    it("are told once, of the package that has the fault", () => {
        const text = audited({
            ...one("node-fetch", ["debug"], "node_modules/node-fetch"),
            ...one("debug", [advisory], "node_modules/debug"),
        });
        assert.deepEqual(advisoriesAbout(text, inside), [`debug: Something leaks (${URL})`]);
    });

    it("are not taken for none where npm could not ask for them", () => {
        const text = JSON.stringify({ message: "405 Method Not Allowed", statusCode: 405 });
        assert.throws(() => advisoriesAbout(text, inside), /npm audit: 405 Method Not Allowed/);
    });
});

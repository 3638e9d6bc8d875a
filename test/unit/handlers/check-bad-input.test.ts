import assert from "node:assert/strict";
import { checkInputs, UNKNOWN } from "../../../provider/stored/inputs.js";
import { TeardownWorld, TOKEN } from "../../support/teardown-world.js";

const GOOD = { dropletId: 3164494, policy: "keep" };
const WORDS = '"destroy", "keep", "prevent"';

/** Each is one line that names the property and the value. */
const BAD: readonly (readonly [
    string,
    Readonly<Record<string, unknown>>,
    Readonly<Record<string, string>>,
])[] = [
    ["no Droplet", { dropletId: undefined }, { dropletId: "dropletId is required" }],
    ["null for a Droplet", { dropletId: null }, { dropletId: "dropletId is required" }],
    [
        "a name for a Droplet",
        { dropletId: "web-1" },
        { dropletId: 'dropletId must be the number of a Droplet, not "web-1"' },
    ],
    [
        "a blank Droplet",
        { dropletId: "" },
        { dropletId: 'dropletId must be the number of a Droplet, not ""' },
    ],
    [
        "a negative Droplet",
        { dropletId: -7 },
        { dropletId: "dropletId must be the number of a Droplet, not -7" },
    ],
    ["zero", { dropletId: 0 }, { dropletId: "dropletId must be the number of a Droplet, not 0" }],
    [
        "a fraction of a Droplet",
        { dropletId: 1.5 },
        { dropletId: "dropletId must be the number of a Droplet, not 1.5" },
    ],
    [
        "a number in another base",
        { dropletId: "0x10" },
        { dropletId: 'dropletId must be the number of a Droplet, not "0x10"' },
    ],
    [
        "a number beyond exactness",
        { dropletId: 2 ** 53 },
        { dropletId: "dropletId must be the number of a Droplet, not 9007199254740992" },
    ],
    [
        "true for a Droplet",
        { dropletId: true },
        { dropletId: "dropletId must be the number of a Droplet, not true" },
    ],
    [
        "no policy",
        { policy: undefined },
        { policy: `policy is required: one of ${WORDS}, or an object by kind` },
    ],
    [
        "an unknown policy",
        { policy: "delete" },
        { policy: `policy must be ${WORDS} or an object by kind, not "delete"` },
    ],
    [
        "a list for a policy",
        { policy: ["keep"] },
        { policy: `policy must be ${WORDS} or an object by kind, not ["keep"]` },
    ],
    [
        "a policy in another spelling",
        { policy: { default: "Keep" } },
        { "policy.default": `policy.default must be one of ${WORDS}, not "Keep"` },
    ],
    [
        "a policy for an unknown kind",
        { policy: { default: "keep", backups: "destroy" } },
        {
            "policy.backups":
                "policy.backups is not a resource kind; use default, reservedIps, snapshots, volumes, volumeSnapshots",
        },
    ],
    [
        "half a policy",
        { policy: { snapshots: "destroy", volumes: "keep" } },
        {
            "policy.default":
                "policy.default is required, because reservedIps, volumeSnapshots are not given",
        },
    ],
    [
        "an empty policy",
        { policy: {} },
        {
            "policy.default":
                "policy.default is required, because reservedIps, snapshots, volumes, volumeSnapshots are not given",
        },
    ],
    [
        "a wrong word beside an unknown one",
        { policy: { default: UNKNOWN, volumes: "burn" } },
        { "policy.volumes": `policy.volumes must be one of ${WORDS}, not "burn"` },
    ],
    ["a word for a list", { keep: "nightly" }, { keep: 'keep must be a list, not "nightly"' }],
    [
        "a blank entry",
        { keep: ["nightly", " "] },
        { "keep[1]": 'keep[1] must be an id, an address or a name, not " "' },
    ],
    [
        "null for an entry",
        { keep: [null] },
        { "keep[0]": "keep[0] must be an id, an address or a name, not null" },
    ],
    [
        "a name that YAML has read as a number, and so without the 0 at its end",
        { keep: [1.1] },
        { "keep[0]": "keep[0] must be an id, an address or a name, not 1.1" },
    ],
    [
        "an id beyond what a number can hold",
        { keep: [2 ** 53] },
        { "keep[0]": "keep[0] must be an id, an address or a name, not 9007199254740992" },
    ],
    [
        "an object for an entry",
        { managed: [{ id: 1 }] },
        { "managed[0]": 'managed[0] must be an id, an address or a name, not {"id":1}' },
    ],
    [
        "no duration",
        { timeout: "soon" },
        { timeout: 'timeout must be a duration such as "90s", "15m" or "1h30m", not "soon"' },
    ],
    [
        "a number for a duration",
        { timeout: 900 },
        { timeout: 'timeout must be a duration such as "90s", "15m" or "1h30m", not 900' },
    ],
    [
        "no time at all",
        { timeout: "0s" },
        { timeout: 'timeout must be a duration such as "90s", "15m" or "1h30m", not "0s"' },
    ],
    [
        "negative retries",
        { retries: -1 },
        { retries: "retries must be a whole number from 0 to 100, not -1" },
    ],
    [
        "a fraction of a retry",
        { retries: 1.5 },
        { retries: "retries must be a whole number from 0 to 100, not 1.5" },
    ],
    [
        "endless retries",
        { retries: 1e9 },
        { retries: "retries must be a whole number from 0 to 100, not 1000000000" },
    ],
    [
        "a word for a number",
        { retries: "3" },
        { retries: 'retries must be a whole number from 0 to 100, not "3"' },
    ],
    [
        "a tag that is none",
        { requireTag: "a b" },
        { requireTag: 'requireTag must be a tag of letters, digits, ":", "-" and "_", not "a b"' },
    ],
    [
        "a word for a flag",
        { gracefulShutdown: "false" },
        { gracefulShutdown: 'gracefulShutdown must be true or false, not "false"' },
    ],
    [
        "plain http to anywhere",
        { apiEndpoint: "http://api.example.com" },
        {
            apiEndpoint:
                'DigitalOcean endpoint "http://api.example.com": plain http is allowed on loopback only, because every request carries the token',
        },
    ],
    ["a number for an endpoint", { apiEndpoint: 80 }, { apiEndpoint: "apiEndpoint must be a URL, not 80" }],
];

describe("bad input", () => {
    for (const [what, given, expected] of BAD) {
        it(`is refused in one line with property and value: ${what}`, () => {
            const { failures } = checkInputs("byId", { ...GOOD, ...given });
            assert.deepEqual(
                Object.fromEntries(failures.map(({ property, reason }) => [property, reason])),
                expected,
            );
            assert.ok(failures.every(({ reason }) => !reason.includes("\n")));
        });
    }

    it("is told all at once", () => {
        const { failures } = checkInputs("byId", { dropletId: "x", policy: "y", retries: -1, keep: [""] });
        assert.deepEqual(
            failures.map(({ property }) => property),
            ["dropletId", "policy", "keep[0]", "retries"],
        );
    });

    it("is cut where it is long", () => {
        const [failure] = checkInputs("byId", { ...GOOD, dropletId: "x".repeat(5_000) }).failures;
        assert.ok((failure?.reason.length ?? 0) < 150);
    });

    for (const token of ["", "  ", 12_345_678, ["dop_v1_secret"]]) {
        it(`is refused without being shown: a token that is ${JSON.stringify(token)}`, () => {
            const { failures } = checkInputs("byId", { ...GOOD, token });
            assert.equal(failures.length, 1);
            assert.match(failures[0]?.reason ?? "", /^token must be a DigitalOcean API token, but it is /);
            assert.doesNotMatch(JSON.stringify(failures), /12345678|secret"\]/);
        });
    }

    it("is told at preview already where there is no token", async () => {
        const { failures } = await new TeardownWorld().process({ config: {} }).check({}, GOOD);
        assert.deepEqual(failures, [
            {
                property: "token",
                reason:
                    "there is no DigitalOcean token: set it with `pulumi config set --secret digitalocean:token`, " +
                    "or in DIGITALOCEAN_TOKEN or DIGITALOCEAN_ACCESS_TOKEN",
            },
        ]);
    });

    it("is told of a token that is no string, and not beside the property: the engine would show it", async () => {
        const token = ["dop_v1_secret"];
        const { failures } = await new TeardownWorld().process({ config: {} }).check({}, { ...GOOD, token });
        assert.deepEqual(failures, [
            {
                property: "token (secret)",
                reason: "token must be a DigitalOcean API token, but it is no string",
            },
        ]);
    });

    it("is told at preview already where the endpoint of the configuration is bad", async () => {
        const config = {
            "digitalocean:token": TOKEN,
            "digitalocean:apiEndpoint": "https://user:pw@api.example.com",
        };
        const { failures } = await new TeardownWorld().process({ config }).check({}, GOOD);
        assert.equal(failures.length, 1);
        assert.match(
            failures[0]?.reason ?? "",
            /^DigitalOcean endpoint .*: it must not contain credentials$/,
        );
        assert.doesNotMatch(failures[0]?.reason ?? "", /pw@/);
    });

    it("is accepted where it is plain http on loopback", async () => {
        const config = { "digitalocean:token": TOKEN, "digitalocean:apiEndpoint": "http://127.0.0.1:8080" };
        assert.deepEqual((await new TeardownWorld().process({ config }).check({}, GOOD)).failures, []);
    });
});

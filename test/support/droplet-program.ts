/** The name of the engine tests' project and stack, as URNs begin with. */
export const URN = "urn:pulumi:dev::engine-test::";

const OWN_CLASS = `const { Droplet } = require("pulumi-droplet-teardown");`;
const BY_ID = `const { DropletTeardown } = require("pulumi-droplet-teardown");`;

/** Calls `tearDownDroplets` before the first Droplet that has a teardown, and makes official ones. */
const OFFICIAL_CLASS = `
let isCalled = false;
class Droplet extends digitalocean.Droplet {
    constructor(name, { teardown, ...args }, opts) {
        if (!isCalled) {
            isCalled = true;
            tearDownDroplets({ policy: "keep", ...teardown });
        }
        super(name, args, opts);
    }
}
`;

/** The component of the plugin, as a generated SDK has it, with what programs use of the class `Droplet`. */
const componentClass = (name: string): string => `
class ${name} extends pulumi.ComponentResource {
    constructor(name, args, opts) {
        const names = ["dropletId", "ipv4Address", "status", "inventory", "monthlyCost", "teardownTag"];
        const outputs = Object.fromEntries(names.map((name) => [name, undefined]));
        super("droplet-teardown:index:Droplet", name, { ...args, ...outputs }, opts, true);
        this.id = this.dropletId.apply(String);
        this.teardown = this;
    }
}
`;

/** The plugin's teardown by id, as a generated SDK has it. */
const BY_ID_OF_PLUGIN = `
class DropletTeardown extends pulumi.CustomResource {
    constructor(name, args, opts) {
        const names = ["accountId", "inventory", "monthlyCost"];
        const outputs = Object.fromEntries(names.map((name) => [name, undefined]));
        super("droplet-teardown:index:DropletTeardown", name, { ...args, ...outputs }, opts);
    }
}
`;

/** For programs that have both: beside `Droplet`, `Component`. */
export const BESIDE = componentClass("Component");

/** What every program of a scenario begins with. */
const HEAD = `
const digitalocean = require("@pulumi/digitalocean");
const pulumi = require("@pulumi/pulumi");
const { tearDownDroplets } = require("pulumi-droplet-teardown");
${BY_ID}
${OWN_CLASS}
const region = "nyc3";
const spec = { name: "web-1", image: "ubuntu-24-04-x64", region, size: "s-1vcpu-1gb" };
const teardown = { policy: "destroy" };
`;

export function toProgram(body: string): string {
    return HEAD + body;
}

/** The same program without the class `Droplet` of this package: its Droplets are covered by one line. */
export function underTearDownDroplets(program: string): string {
    return program.replace(OWN_CLASS, OFFICIAL_CLASS);
}

/** The same program with the resources of the plugin. */
export function withPlugin(program: string): string {
    return program.replace(OWN_CLASS, componentClass("Droplet")).replace(BY_ID, BY_ID_OF_PLUGIN);
}

/** A Droplet that takes everything with it. */
export const ALONE = toProgram(`new Droplet("web", { ...spec, teardown });`);

/** Three such Droplets, `web`, `db` and `app`, for stories in which each is in another trouble. */
export const THREE = toProgram(`
for (const name of ["web", "db", "app"]) {
    new Droplet(name, { ...spec, name: name + "-1", teardown });
}
`);

/** Actions on one Droplet need not take turns: the official provider does not take them with itself. */
export const UNORDERED = { pendingEvents: false } as const;

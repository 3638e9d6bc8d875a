import { toProgram } from "../support/droplet-program.js";
import { type Bare, type Declared, machineName, type Program } from "./program.js";

/** The text of a program: what the real engine runs, and what is recorded for the model. */
export function toSource({ droplets, bare }: Program): string {
    return toProgram(
        [wholeProgram(droplets), ...droplets.map(dropletSource), ...bare.map(bareSource)].join(""),
    );
}

/** One line at the top covers what is not this package's own class. */
function wholeProgram(droplets: readonly Declared[]): string {
    const rules = droplets.flatMap(({ name, kind, ...given }): (readonly [string, object])[] => {
        const rule = teardownArguments(given);
        switch (kind) {
            case "covered":
                return [[name, rule]];
            case "handed back":
                return [[name, { ...rule, handBack: true }]];
            case "official":
                return [[name, { enabled: false }]];
            case "ours":
            case "disabled":
                return [];
        }
    });
    const isCalled = droplets.some(({ kind }) => kind === "covered" || kind === "handed back");
    const settings = { policy: "keep", droplets: Object.fromEntries(rules) as object };
    return isCalled ? `tearDownDroplets(${JSON.stringify(settings)});\n` : "";
}

function dropletSource(declared: Declared): string {
    const { name, kind, image, prefix, volume, inVpc, hasAddress, hasSibling } = declared;
    const machine = machineName(declared);
    const isOwn = kind === "ours" || kind === "disabled";
    const teardown = { ...teardownArguments(declared), enabled: kind === "ours" };
    const literal = (value: unknown): string => JSON.stringify(value);
    const named = (suffix: string): string => literal(`${prefix}-${suffix}`);
    const volumeArgs = (suffix: string): string => `{ name: ${named(suffix)}, region, size: 1 }`;
    const lines = [
        volume === "none"
            ? ""
            : `const data = new digitalocean.Volume(${named("data")}, ${volumeArgs("data")});`,
        inVpc ? `const net = new digitalocean.Vpc(${named("net")}, { name: ${named("net")}, region });` : "",
        `const args = { image: ${literal(image)}, region, size: spec.size };`,
        machine === null ? "" : `args.name = ${literal(machine)};`,
        volume === "listed" ? "args.volumeIds = [data.id];" : "",
        inVpc ? "args.vpcUuid = net.id;" : "",
        isOwn
            ? `const web = new Droplet(${literal(name)}, { ...args, teardown: ${literal(teardown)} }, ${formatOptions(declared)});`
            : `const web = new digitalocean.Droplet(${literal(name)}, args, ${formatOptions(declared)});`,
        volume === "attached"
            ? `new digitalocean.VolumeAttachment(${named("attached")}, { dropletId: web.id.apply(Number), volumeId: data.id });`
            : "",
        hasAddress
            ? `const ip = new digitalocean.ReservedIp(${named("ip")}, { region });
    new digitalocean.ReservedIpAssignment(${named("assigned")}, { dropletId: web.id.apply(Number), ipAddress: ip.ipAddress });`
            : "",
        hasSibling
            ? `new digitalocean.Volume(${named("sibling")}, ${volumeArgs("sibling")}, { dependsOn: ${isOwn ? "[web.teardown]" : "[]"} });`
            : "",
    ];
    return `{\n    ${lines.filter((line) => line !== "").join("\n    ")}\n}\n`;
}

/** What a teardown is told. */
function teardownArguments({
    policy,
    keep,
    finalSnapshot,
    ttl,
}: Pick<Declared, "policy" | "keep" | "finalSnapshot" | "ttl">): object {
    return { policy, keep, finalSnapshot, retries: 0, ...(ttl === null ? {} : { ttl }) };
}

function formatOptions({ formerly, option, imports }: Declared): string {
    return JSON.stringify({
        ...(imports === null ? {} : { import: String(imports) }),
        ...(formerly === null ? {} : { aliases: [{ name: formerly }] }),
        ...(option === "protected" ? { protect: true } : {}),
        ...(option === "retained" ? { retainOnDelete: true } : {}),
    });
}

function bareSource({ name, dropletId, requireTag, hasSibling, ...given }: Bare): string {
    const args = { dropletId, ...teardownArguments(given), ...(requireTag === null ? {} : { requireTag }) };
    const teardown = `new DropletTeardown(${JSON.stringify(name)}, ${JSON.stringify(args)})`;
    const sibling = JSON.stringify(`${name}-sibling`);
    return hasSibling
        ? `new digitalocean.Volume(${sibling}, { name: ${sibling}, region, size: 1 }, { dependsOn: [${teardown}] });\n`
        : `${teardown};\n`;
}

import { chmod, mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";

import type { EngineProject } from "./engine.js";

const PACKAGE = "remote";

/** What a program makes remote components with: each Droplet of a `Site` is registered by another process. */
export const REMOTE_SITE = `
class Site extends pulumi.ComponentResource {
    constructor(name, droplets, opts, vpcUuid) {
        super("${PACKAGE}:index:Site", name, { droplets, vpcUuid, ids: undefined }, opts, true);
    }
}
`;

/** A component provider, as other languages have them: a plugin that registers resources by itself. */
const PROVIDER = `
const pulumi = require("@pulumi/pulumi");
const digitalocean = require("@pulumi/digitalocean");
const { Droplet } = require("pulumi-droplet-teardown");

class Site extends pulumi.ComponentResource {
    constructor(name, droplets, vpcUuid, opts) {
        super("${PACKAGE}:index:Site", name, {}, opts);
        this.ids = droplets.map(({ name, args, opts, address, isOwn }) => {
            const userData = args.userData === undefined ? undefined : pulumi.secret(args.userData);
            const Class = isOwn ? Droplet : digitalocean.Droplet;
            const droplet = new Class(name, { ...args, userData, vpcUuid }, { parent: this, ...opts });
            if (address !== undefined) {
                const args = { region: "nyc3", dropletId: droplet.id.apply(Number) };
                new digitalocean.ReservedIp(address, args, { parent: droplet });
            }
            return droplet.id;
        });
    }
}

async function construct(name, type, { droplets, vpcUuid }, opts) {
    const known = await new Promise((resolve) => pulumi.output(droplets).apply(resolve));
    const site = new Site(name, known, vpcUuid, opts);
    return { urn: site.urn, state: { ids: site.ids } };
}

module.exports = pulumi.provider.main({ version: "1.0.0", construct }, process.argv.slice(2));
`;

const LAUNCHER = `#!/bin/sh
exec node "$(dirname "$0")/provider.js" "$@"
`;

/** Installs the component provider in a project. */
export async function installRemoteComponent({ folder }: EngineProject): Promise<void> {
    const plugin = join(folder, PACKAGE);
    await mkdir(plugin);
    await writeFile(join(plugin, "provider.js"), PROVIDER);
    const launcher = join(plugin, `pulumi-resource-${PACKAGE}`);
    await writeFile(launcher, LAUNCHER);
    await chmod(launcher, 0o755);
    const file = join(folder, "Pulumi.yaml");
    const settings = JSON.parse(await readFile(file, "utf8")) as {
        plugins?: { providers?: { name: string; path: string }[] };
    };
    const providers = [...(settings.plugins?.providers ?? []), { name: PACKAGE, path: plugin }];
    await writeFile(file, JSON.stringify({ ...settings, plugins: { providers } }));
}

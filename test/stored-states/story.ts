import { ProgramWorld, type ProgramArgs } from "../support/program-world.js";
import {
    TOKEN,
    type Everything,
    type PluginProcess,
    type ProcessOptions,
    type Stored,
} from "../support/teardown-world.js";
import { throughPlugin } from "../support/through-plugin.js";

/** What the state of one version holds, by the resource that it is of. */
export interface States {
    readonly byId: Stored;
    readonly executor: Stored;
    readonly record: Stored;
}

/** Looks like no real token: it is in files, and scanners for secrets read them. */
const OWN_TOKEN = "token-of-the-argument";

/** Everything that a program may say, so that the state holds every property. */
const PROGRAM: ProgramArgs = {
    policy: { default: "destroy", snapshots: "keep" },
    keep: ["pg-*"],
    attached: ["0.0.0.0"],
    dropletName: "web-1",
    finalSnapshot: true,
    gracefulShutdown: true,
    ttl: "7d",
};
const BY_ID = {
    policy: { default: "destroy", snapshots: "keep" },
    keep: ["pg-*"],
    requireTag: "preview",
    finalSnapshot: true,
    timeout: "20m",
    ttl: "7d",
    retries: 2,
    token: OWN_TOKEN,
};
/** What only the npm package takes. */
const BY_SDK = {
    gracefulShutdown: true,
    managed: ["0.0.0.0"],
    volumeIds: ["5e5e"],
    apiEndpoint: "https://api.digitalocean.com",
};

/** A world with two Droplets, one of a program and one from elsewhere, always with the same ids. */
export class StateStory extends ProgramWorld {
    readonly #elsewhere: Everything;
    protected readonly byId: object = { ...BY_ID, ...BY_SDK };

    constructor() {
        super({ grants: { [TOKEN]: {}, [OWN_TOKEN]: {} } });
        this.#elsewhere = this.dropletWithEverything("legacy");
        this.simulator.panel.tagDroplet(this.#elsewhere.id, "preview");
    }

    /** Runs `pulumi up` with the code of today. */
    async states(): Promise<States> {
        const executor = await this.executor(PROGRAM);
        const tag = String(executor.tag);
        const record = await this.#replaced(tag, String(executor.expiryTag));
        const byId = await this.create({ dropletId: this.#elsewhere.id, ...this.byId });
        return { byId, executor, record };
    }

    /** The record of a Droplet in whose place another one came, with what it left behind. */
    async #replaced(tag: string, expiryTag: string): Promise<Stored> {
        const { panel } = this.simulator;
        const old = panel.createDroplet("web-1", { tags: [tag] });
        panel.takeSnapshot(old.id, "nightly");
        panel.attachVolume(panel.createVolume("by-hand").id, old.id);
        const before = await this.record(tag, old.id, PROGRAM);
        const { id } = panel.createDroplet("web-1", { tags: [tag] });
        const { record } = this.process();
        const { inputs } = await record.check(before, {
            ...this.recordInputs(tag, id, PROGRAM),
            dropletExpiryTag: expiryTag,
        });
        const { outs } = await this.run(record.update("record-1", before, inputs));
        panel.deleteDroplet(old.id);
        return outs;
    }
}

/** The same by the plugin. */
class PluginStateStory extends StateStory {
    protected override readonly byId: object = BY_ID;

    override process(options: ProcessOptions = {}): PluginProcess {
        return throughPlugin(super.process(options));
    }
}

/** Who writes state, by the name that its fixtures have. */
export const WRITERS: Readonly<Record<"state" | "plugin", new () => StateStory>> = {
    state: StateStory,
    plugin: PluginStateStory,
};

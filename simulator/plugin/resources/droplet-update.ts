import { act, setTags } from "../api/actions.js";
import { type Api, explained } from "../api/api.js";
import { type Json, type Props, strings, text } from "../core/props.js";
import { PartialFailure } from "../core/resource.js";
import { dropletPath, type DropletWire, getDroplet, toState } from "./droplet-wire.js";

/** Changes what can be changed on a living Droplet, in the official provider's order: tags and volumes are last. */
export async function updateDroplet(api: Api, id: string, olds: Props, news: Props): Promise<void> {
    const step = new DropletStep(api, id, "update");
    await step.run(async () => {
        if (text(olds, "size") !== text(news, "size")) {
            await resize(step, id, news);
        }
        if (text(olds, "name") !== text(news, "name")) {
            await rename(step, id, text(news, "name"));
        }
        if (olds.backups !== news.backups) {
            const type = news.backups === true ? "enable_backups" : "disable_backups";
            await explained(`Error changing backups on droplet (${id})`, () => step.act(type));
        }
        if (olds.ipv6 !== true && news.ipv6 === true) {
            await explained(`Error turning on ipv6 for droplet (${id})`, () => step.request("enable_ipv6"));
            await step.until((now) => now.features?.includes("ipv6") === true);
        }
        await explained("Error updating tags", () =>
            setTags(api, { id, type: "droplet" }, strings(olds, "tags"), strings(news, "tags")),
        );
        if (news.volumeIds !== undefined) {
            await setVolumes(api, id, strings(olds, "volumeIds"), strings(news, "volumeIds"));
        }
    });
}

/** Off, another size, on again; also on again where the resize is refused. */
async function resize(step: DropletStep, id: string, news: Props): Promise<void> {
    await powerOff(step, id);
    try {
        await step.act("resize", { size: text(news, "size"), disk: news.resizeDisk === true });
    } catch (error) {
        const reason = (error as Error).message;
        await powerOn(step).catch(() => {
            throw new Error(`Error powering on droplet (${id}) after failed resize: ${reason}`);
        });
        throw new Error(`Error resizing droplet (${id}): ${reason}`, { cause: error });
    }
    await explained(`Error powering on droplet (${id}) after resize`, () => powerOn(step));
}

async function powerOff(step: DropletStep, id: string): Promise<void> {
    try {
        await step.request("power_off");
    } catch (error) {
        const { message } = error as Error;
        if (!message.includes("Droplet is already powered off")) {
            throw new Error(`Error powering off droplet (${id}): ${message}`, { cause: error });
        }
    }
    await explained(`Error waiting for droplet (${id}) to become powered off`, () =>
        step.until((now) => now.status === "off"),
    );
}

async function powerOn(step: DropletStep): Promise<void> {
    await step.request("power_on");
    await step.until((now) => now.status === "active");
}

async function rename(step: DropletStep, id: string, name: string): Promise<void> {
    await explained(`Error renaming droplet (${id})`, () => step.request("rename", { name }));
    await explained(`Error waiting for rename droplet (${id}) to finish`, () =>
        step.until((now) => now.name === name),
    );
}

/** Attaches the new ones first. */
async function setVolumes(
    api: Api,
    id: string,
    before: readonly string[],
    after: readonly string[],
): Promise<void> {
    const change = (type: "attach" | "detach", volumeId: string): Promise<unknown> =>
        explained(`Error ${type}ing volume "${volumeId}" on droplet ${id}`, () =>
            act(api, `/v2/volumes/${volumeId}/actions`, { type, droplet_id: Number(id) }),
        );
    for (const volumeId of after.filter((other) => !before.includes(other))) {
        await change("attach", volumeId);
    }
    for (const volumeId of before.filter((other) => !after.includes(other))) {
        await change("detach", volumeId);
    }
}

const TIMEOUT_MS = 60 * 60_000;
const NOT_FOUND_CHECKS = 120;

/**
 * A create or an update of a Droplet. As in the official provider, each look at the Droplet goes into its state
 * at once, so that the state of a step that fails is what was seen last, and what was planned where nothing was.
 */
export class DropletStep {
    readonly #api: Api;
    readonly #id: string;
    /** A new Droplet may not be found at first; later that is an error. */
    readonly #mayBeMissing: boolean;
    #seen: Props = {};

    constructor(api: Api, id: string, kind: "create" | "update") {
        this.#api = api;
        this.#id = id;
        this.#mayBeMissing = kind === "create";
    }

    /** The state as it was seen last; empty before the first look. */
    get seen(): Props {
        return this.#seen;
    }

    async run(work: () => Promise<void>): Promise<void> {
        try {
            await work();
        } catch (error) {
            throw new PartialFailure(this.#id, this.#seen, (error as Error).message);
        }
    }

    /** Asks for an action without waiting for it. */
    async request(type: string, more: Props = {}): Promise<void> {
        await this.#api.post(`${dropletPath(this.#id)}/actions`, { type, ...more });
    }

    /** Asks for an action, and waits until it has completed. */
    async act(type: string, more: Record<string, Json> = {}): Promise<void> {
        await act(this.#api, `${dropletPath(this.#id)}/actions`, { type, ...more });
    }

    /** Waits until the Droplet is as wanted and not locked. */
    async until(isAsWanted: (now: DropletWire) => boolean): Promise<void> {
        let missing = 0;
        await this.#api.until(async () => {
            const now = await getDroplet(this.#api, this.#id);
            if (now === null) {
                this.#refuse(++missing);
                return undefined;
            }
            missing = 0;
            this.#seen = toState(now);
            return !now.locked && isAsWanted(now) ? now : undefined;
        }, TIMEOUT_MS);
    }

    #refuse(missing: number): void {
        if (!this.#mayBeMissing) {
            throw new Error(`droplet (${this.#id}) not found during update`);
        }
        if (missing > NOT_FOUND_CHECKS) {
            throw new Error(`couldn't find resource (${missing} retries)`);
        }
    }
}

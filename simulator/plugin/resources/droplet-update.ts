import { act } from "../api/actions.js";
import type { Api } from "../api/api.js";
import { explained } from "../api/explained.js";
import { setTags } from "../api/tags.js";
import { strings, text, type Props } from "../core/props.js";
import { DropletStep } from "./droplet-step.js";

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

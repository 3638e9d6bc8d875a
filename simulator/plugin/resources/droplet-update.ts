import { act } from "../api/actions.js";
import type { Api } from "../api/api.js";
import { setTags } from "../api/tags.js";
import { strings, text, type Props } from "../core/props.js";
import { awaitDroplet, dropletPath } from "./droplet-wire.js";

const UPDATE_TIMEOUT_MS = 60 * 60_000;

/** Changes what can be changed on a living Droplet. */
export async function updateDroplet(api: Api, id: string, olds: Props, news: Props): Promise<void> {
    const actions = `${dropletPath(id)}/actions`;
    if (text(olds, "size") !== text(news, "size")) {
        await resize(api, id, news);
    }
    if (text(olds, "name") !== text(news, "name")) {
        await act(api, actions, { type: "rename", name: text(news, "name") });
    }
    if (olds.backups !== news.backups) {
        await act(api, actions, { type: news.backups === true ? "enable_backups" : "disable_backups" });
    }
    if (olds.ipv6 !== true && news.ipv6 === true) {
        await act(api, actions, { type: "enable_ipv6" });
    }
    await setTags(api, { id, type: "droplet" }, strings(olds, "tags"), strings(news, "tags"));
    if (news.volumeIds !== undefined) {
        await setVolumes(api, id, strings(olds, "volumeIds"), strings(news, "volumeIds"));
    }
}

async function resize(api: Api, id: string, news: Props): Promise<void> {
    const actions = `${dropletPath(id)}/actions`;
    await act(api, actions, { type: "power_off" });
    await awaitDroplet(api, id, (now) => now.status === "off", UPDATE_TIMEOUT_MS);
    await act(api, actions, { type: "resize", size: text(news, "size"), disk: news.resizeDisk === true });
    await act(api, actions, { type: "power_on" });
    await awaitDroplet(api, id, (now) => now.status === "active", UPDATE_TIMEOUT_MS);
}

async function setVolumes(
    api: Api,
    id: string,
    before: readonly string[],
    after: readonly string[],
): Promise<void> {
    const request = { droplet_id: Number(id) };
    for (const volumeId of after.filter((other) => !before.includes(other))) {
        await act(api, `/v2/volumes/${volumeId}/actions`, { type: "attach", ...request });
    }
    for (const volumeId of before.filter((other) => !after.includes(other))) {
        await act(api, `/v2/volumes/${volumeId}/actions`, { type: "detach", ...request });
    }
}

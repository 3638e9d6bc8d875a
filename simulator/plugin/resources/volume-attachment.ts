import { randomUUID } from "node:crypto";

import { actWhenIdle } from "../api/actions.js";
import type { Api } from "../api/api.js";
import { integer, text, type Props } from "../core/props.js";
import type { Created, ResourceType } from "../core/resource.js";
import { getVolume } from "./volume.js";

export const volumeAttachment: ResourceType = {
    token: "digitalocean:index/volumeAttachment:VolumeAttachment",
    inputs: {
        dropletId: { type: "integer", required: true, replaces: true },
        volumeId: { type: "string", required: true, replaces: true },
    },
    outputs: [],
    create,
    read: async (api, _id, state) => {
        const found = await getVolume(api, text(state, "volumeId"));
        return found?.droplet_ids?.[0] === integer(state, "dropletId") ? state : null;
    },
    delete: (api, _id, state) => request(api, "detach", state),
};

async function create(api: Api, inputs: Props): Promise<Created> {
    const found = await getVolume(api, text(inputs, "volumeId"));
    if (found?.droplet_ids?.[0] !== integer(inputs, "dropletId")) {
        await request(api, "attach", inputs);
    }
    return {
        id: `${integer(inputs, "dropletId")}-${text(inputs, "volumeId")}-${randomUUID()}`,
        state: inputs,
    };
}

async function request(api: Api, type: "attach" | "detach", props: Props): Promise<void> {
    const [volumeId, dropletId] = [text(props, "volumeId"), integer(props, "dropletId")];
    const [doing, where] = type === "attach" ? ["attaching", "to"] : ["detaching", "from"];
    try {
        await actWhenIdle(api, `/v2/volumes/${volumeId}/actions`, { type, droplet_id: dropletId });
    } catch (error) {
        throw new Error(
            `Error ${doing} volume ${where} droplet after retry timeout: [WARN] Error ${doing} volume (${volumeId}) ` +
                `${where} Droplet (${dropletId}): ${(error as Error).message}`,
            { cause: error },
        );
    }
}

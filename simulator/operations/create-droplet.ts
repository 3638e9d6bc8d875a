import { flag, isObject, type JsonObject, list, optionalText, text, texts } from "../http/fields.js";
import { notFound, unprocessable } from "../http/reply.js";
import { attachVolume } from "../state/links.js";
import type { ActionRecord, DropletRecord } from "../state/records.js";
import type { World } from "../world.js";
import { startDropletAction } from "./actions.js";
import { backupPolicyIn, findImage, findRegion, requireSize } from "./choices.js";
import { ensureTags } from "./tags.js";
import { defaultVpc } from "./vpcs.js";

const HOSTNAME = /^[a-zA-Z0-9]([a-zA-Z0-9.-]*[a-zA-Z0-9])?$/;

/** Makes a Droplet that is "new" until it has booted, out of the body of a create request. */
export function createDroplet(
    world: World,
    team: string,
    body: JsonObject,
    bootMs = world.settings.bootMs,
): { readonly droplet: DropletRecord; readonly action: ActionRecord } {
    const { state, agenda } = world;
    const name = text(body, "name");
    if (!HOSTNAME.test(name)) {
        throw unprocessable("Only valid hostname characters are allowed. (a-z, A-Z, 0-9, . and -)");
    }
    const volumes = volumeIds(body).map((id) => freeVolume(world, team, id));
    const vpcId = optionalText(body, "vpc_uuid");
    const near = volumes[0] ?? (vpcId === null ? undefined : state.vpcs.find(team, vpcId));
    const region = findRegion(optionalText(body, "region") ?? near?.region ?? "");
    const publicNetworking = body.public_networking !== false;
    if (!publicNetworking && flag(body, "ipv6")) {
        throw unprocessable("IPv6 needs public networking.");
    }
    const size = requireSize(text(body, "size"));
    const image = findImage(world, team, body.image);
    const tags = ensureTags(world, team, texts(body, "tags"));
    const { publicIp, privateIp, publicIpv6 } = state.ids.addresses();
    const droplet = state.droplets.add({
        id: state.ids.droplet(),
        team,
        name,
        createdAtMs: agenda.now(),
        region,
        size: size.slug,
        diskGb: size.diskGb,
        image,
        status: "new",
        tags,
        taggedAtMs: new Map(),
        publicIp: publicNetworking ? publicIp : null,
        privateIp,
        publicIpv6: flag(body, "ipv6") ? publicIpv6 : null,
        backupPolicy: flag(body, "backups") ? backupPolicyIn(body) : null,
        monitoring: flag(body, "monitoring"),
        vpcId: vpcId ?? defaultVpc(world, team, region).id,
        pendingActionId: null,
        volumeIds: [],
        snapshotIds: [],
        reservedIps: [],
    });
    volumes.forEach((volume) => attachVolume(volume, droplet));
    const action = startDropletAction(
        world,
        droplet,
        {
            type: "create",
            resourceType: "droplet",
            resourceKey: `droplet ${droplet.id}`,
            resourceId: droplet.id,
            durationMs: bootMs,
        },
        () => {
            droplet.status = "active";
        },
    );
    return { droplet, action };
}

/** As ids, which is documented, or as objects with an `id`, which DigitalOcean's own clients send. */
function volumeIds(body: JsonObject): string[] {
    return list(body, "volumes").map((volume) => text({ id: isObject(volume) ? volume.id : volume }, "id"));
}

function freeVolume(world: World, team: string, id: string) {
    const volume = world.state.volumes.find(team, id);
    if (volume === undefined) {
        throw notFound();
    }
    if (volume.dropletId !== null) {
        throw unprocessable("The volume is already attached to a Droplet.");
    }
    return volume;
}

import type { Call, Route } from "../http/call.js";
import { optionalText, text } from "../http/fields.js";
import { created, noContent, ok, page, type Reply, unprocessable } from "../http/reply.js";
import { type ImageEntry, IMAGE_MIN_DISK, IMAGES, REGIONS } from "../state/catalog.js";
import { removeSnapshot } from "../state/links.js";
import type { SnapshotRecord } from "../state/records.js";
import { actionView, iso } from "../views/resources.js";
import { listActionsFor, startAction } from "./actions.js";
import { requireRegion } from "./choices.js";
import { found, lookUpAction, param, tagNamed } from "./lookup.js";

const RELEASED_MS = Date.UTC(2024, 3, 25);

function baseImageView(image: ImageEntry): object {
    return {
        id: image.id,
        name: image.name,
        type: "snapshot",
        distribution: image.distribution,
        slug: image.slug,
        public: true,
        regions: Object.keys(REGIONS),
        created_at: iso(RELEASED_MS),
        min_disk_size: IMAGE_MIN_DISK,
        size_gigabytes: 0.6,
        description: `${image.distribution} ${image.name}`,
        tags: [],
        status: "available",
    };
}

function ownImageView(image: SnapshotRecord): object {
    return {
        id: Number(image.id),
        name: image.name,
        type: image.backup ? "backup" : "snapshot",
        distribution: "Ubuntu",
        slug: null,
        public: false,
        regions: image.regions,
        created_at: iso(image.createdAtMs),
        min_disk_size: image.minDiskSize,
        size_gigabytes: image.sizeGigabytes,
        description: "",
        tags: image.tags,
        status: "available",
    };
}

/** Droplet snapshots and backups are images too. */
function ownImages(call: Call): SnapshotRecord[] {
    const snapshots = call.world.state.snapshots.list(call.caller.team);
    return snapshots.filter((snapshot) => snapshot.resourceType === "droplet");
}

function listImages(call: Call): Reply {
    const { searchParams } = call.url;
    const type = searchParams.get("type");
    const tag = searchParams.get("tag_name");
    const ofType = IMAGES.filter(
        ({ application = false }) => type === null || application === (type === "application"),
    );
    const isPrivate = searchParams.get("private") === "true" || tag !== null;
    const base = isPrivate ? [] : ofType.map(baseImageView);
    const own =
        type === null ? ownImages(call).filter(({ tags }) => tag === null || isTagged(call, tags, tag)) : [];
    return page(call, "images", [...base, ...own.map(ownImageView)], (image) => image);
}

function isTagged(call: Call, tags: readonly string[], name: string): boolean {
    return tags.includes(tagNamed(call, name)?.name ?? "");
}

function lookUpOwnImage(call: Call): SnapshotRecord {
    const id = param(call, "image");
    return found(ownImages(call).find((image) => image.id === id));
}

function getImage(call: Call): Reply {
    const id = param(call, "image");
    const base = IMAGES.find((image) => image.slug === id || String(image.id) === id);
    return ok({ image: base === undefined ? ownImageView(lookUpOwnImage(call)) : baseImageView(base) });
}

/** The description and the distribution are those of custom images only, and there are none. */
function updateImage(call: Call): Reply {
    const image = lookUpOwnImage(call);
    image.name = optionalText(call.body, "name") ?? image.name;
    return ok({ image: ownImageView(image) });
}

function imageKey(imageId: string): string {
    return `image ${imageId}`;
}

function act(call: Call): Reply {
    const image = lookUpOwnImage(call);
    const type = text(call.body, "type");
    const action = startAction(
        call.world,
        {
            type,
            team: image.team,
            resourceType: "image",
            resourceKey: imageKey(image.id),
            resourceId: Number(image.id),
            region: image.regions[0] ?? "",
        },
        toEffect(call, image, type),
    );
    return created({ action: actionView(action) });
}

function toEffect(call: Call, image: SnapshotRecord, type: string): () => void {
    switch (type) {
        case "convert":
            return () => (image.backup = false);
        case "transfer": {
            const region = requireRegion(text(call.body, "region"));
            return () => (image.regions = [...new Set([...image.regions, region])]);
        }
        default:
            throw unprocessable(`Unknown image action: ${type}`);
    }
}

function deleteImage(call: Call): Reply {
    removeSnapshot(call.world.state, lookUpOwnImage(call));
    return noContent();
}

const IMAGE = "/v2/images/:image";

export const imageRoutes: readonly Route[] = [
    { endpoint: "GET /v2/images", scopes: ["image:read"], answer: listImages },
    { endpoint: `GET ${IMAGE}`, scopes: ["image:read"], answer: getImage },
    { endpoint: `PUT ${IMAGE}`, scopes: ["image:update"], answer: updateImage },
    { endpoint: `DELETE ${IMAGE}`, scopes: ["image:delete"], answer: deleteImage },
    { endpoint: `POST ${IMAGE}/actions`, scopes: ["image:update"], answer: act },
    {
        endpoint: `GET ${IMAGE}/actions`,
        scopes: ["image:read"],
        answer: (call) => listActionsFor(call, imageKey(lookUpOwnImage(call).id)),
    },
    {
        endpoint: `GET ${IMAGE}/actions/:action`,
        scopes: ["image:read"],
        answer: (call) => ok({ action: actionView(lookUpAction(call, imageKey(param(call, "image")))) }),
    },
];

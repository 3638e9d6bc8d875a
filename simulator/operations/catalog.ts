import type { Call, Route } from "../http/call.js";
import { noContent, ok, page, type Reply } from "../http/reply.js";
import { type ImageEntry, IMAGES, REGIONS, SIZES } from "../state/catalog.js";
import { removeSnapshot } from "../state/links.js";
import type { SnapshotRecord } from "../state/records.js";
import { iso, regionView, sizeView } from "../views/resources.js";
import { found, param, tagNamed } from "./lookup.js";

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
        min_disk_size: 10,
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

function ownImageOf(call: Call): SnapshotRecord {
    const id = param(call, "image");
    return found(ownImages(call).find((image) => image.id === id));
}

function getImage(call: Call): Reply {
    const id = param(call, "image");
    const base = IMAGES.find((image) => image.slug === id || String(image.id) === id);
    return ok({ image: base === undefined ? ownImageView(ownImageOf(call)) : baseImageView(base) });
}

function deleteImage(call: Call): Reply {
    removeSnapshot(call.world.state, ownImageOf(call));
    return noContent();
}

export const catalogRoutes: readonly Route[] = [
    {
        endpoint: "GET /v2/regions",
        scopes: ["regions:read"],
        answer: (call) => page(call, "regions", Object.keys(REGIONS), regionView),
    },
    {
        endpoint: "GET /v2/sizes",
        scopes: ["sizes:read"],
        answer: (call) => page(call, "sizes", SIZES, sizeView),
    },
    { endpoint: "GET /v2/images", scopes: ["image:read"], answer: listImages },
    { endpoint: "GET /v2/images/:image", scopes: ["image:read"], answer: getImage },
    { endpoint: "DELETE /v2/images/:image", scopes: ["image:delete"], answer: deleteImage },
];

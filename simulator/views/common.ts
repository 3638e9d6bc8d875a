import { REGIONS, SIZES, type SizeEntry, findSize, isGpuSize } from "../state/catalog.js";
import { unprocessable } from "../http/errors.js";

const REGION_FEATURES = ["backups", "ipv6", "metadata", "install_agent", "storage", "image_transfer"];

export function iso(timeMs: number): string {
    return new Date(timeMs).toISOString().replace(/\.\d{3}Z$/, "Z");
}

export function regionView(slug: string): object {
    return {
        name: REGIONS[slug] ?? slug,
        slug,
        features: REGION_FEATURES,
        available: true,
        sizes: SIZES.map((size) => size.slug),
    };
}

export function sizeView(size: SizeEntry): object {
    return {
        slug: size.slug,
        memory: size.memoryMb,
        vcpus: size.vcpus,
        disk: size.diskGb,
        transfer: size.transferTb,
        price_monthly: size.monthlyPrice,
        price_hourly: Number((size.monthlyPrice / 672).toFixed(5)),
        regions: Object.keys(REGIONS),
        available: true,
        description: size.description,
        disk_info: [{ type: "local", size: { amount: size.diskGb, unit: "gib" } }],
        ...(isGpuSize(size.slug)
            ? { gpu_info: { count: 1, model: "nvidia_h100", vram: { amount: 80, unit: "gib" } } }
            : {}),
    };
}

export function requireSize(slug: string): SizeEntry {
    const size = findSize(slug);
    if (size === undefined) {
        throw unprocessable("You specified an invalid size for Droplet creation.");
    }
    return size;
}

export function requireRegion(slug: string): string {
    if (REGIONS[slug] === undefined) {
        throw unprocessable("You specified an invalid region.");
    }
    return slug;
}

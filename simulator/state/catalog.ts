/** A size of Droplet: what it has and what it costs. */
export interface SizeEntry {
    readonly slug: string;
    readonly memoryMb: number;
    readonly vcpus: number;
    readonly diskGb: number;
    readonly transferTb: number;
    readonly monthlyPrice: number;
    readonly description: string;
}

export const REGIONS: Readonly<Record<string, string>> = {
    nyc1: "New York 1",
    nyc2: "New York 2",
    nyc3: "New York 3",
    sfo2: "San Francisco 2",
    sfo3: "San Francisco 3",
    ams3: "Amsterdam 3",
    fra1: "Frankfurt 1",
    lon1: "London 1",
    sgp1: "Singapore 1",
    blr1: "Bangalore 1",
    tor1: "Toronto 1",
    syd1: "Sydney 1",
    ams2: "Amsterdam 2",
};

export const SIZES: readonly SizeEntry[] = [
    basic("s-1vcpu-512mb-10gb", 512, 1, 10, 0.5, 4),
    basic("s-1vcpu-1gb", 1_024, 1, 25, 1, 6),
    basic("s-1vcpu-1gb-amd", 1_024, 1, 25, 1, 7),
    basic("s-1vcpu-1gb-intel", 1_024, 1, 25, 1, 7),
    basic("s-1vcpu-2gb", 2_048, 1, 50, 2, 12),
    basic("s-1vcpu-2gb-amd", 2_048, 1, 50, 2, 14),
    basic("s-1vcpu-2gb-intel", 2_048, 1, 50, 2, 14),
    basic("s-2vcpu-2gb", 2_048, 2, 60, 3, 18),
    basic("s-2vcpu-2gb-amd", 2_048, 2, 60, 3, 21),
    basic("s-2vcpu-2gb-intel", 2_048, 2, 60, 3, 21),
    basic("s-2vcpu-4gb", 4_096, 2, 80, 4, 24),
    basic("s-2vcpu-4gb-amd", 4_096, 2, 80, 4, 28),
    basic("s-2vcpu-4gb-intel", 4_096, 2, 80, 4, 28),
    basic("s-4vcpu-8gb", 8_192, 4, 160, 5, 48),
    basic("s-4vcpu-8gb-amd", 8_192, 4, 160, 5, 56),
    basic("s-4vcpu-8gb-intel", 8_192, 4, 160, 5, 56),
    basic("s-8vcpu-16gb", 16_384, 8, 320, 6, 96),
    { ...basic("g-2vcpu-8gb", 8_192, 2, 25, 4, 63), description: "General Purpose" },
    { ...basic("c-2", 4_096, 2, 25, 4, 42), description: "CPU-Optimized" },
    { ...basic("c-4", 8_192, 4, 50, 5, 84), description: "CPU-Optimized" },
    { ...basic("m-2vcpu-16gb", 16_384, 2, 50, 4, 84), description: "Memory-Optimized" },
    { ...basic("so-2vcpu-16gb", 16_384, 2, 300, 4, 131), description: "Storage-Optimized" },
    { ...basic("gpu-h100x1-80gb", 245_760, 20, 720, 15, 2_522), description: "H100 GPU - 1X" },
];

/** Gigabytes of disk that an image of a distribution needs, as the official provider's tests have it. */
export const IMAGE_MIN_DISK = 7;

export interface ImageEntry {
    readonly id: number;
    readonly slug: string;
    readonly name: string;
    readonly distribution: string;
    /** A distribution with something installed in it. */
    readonly application?: true;
}

export const IMAGES: readonly ImageEntry[] = [
    { id: 155_133_621, slug: "ubuntu-24-04-x64", name: "24.04 (LTS) x64", distribution: "Ubuntu" },
    { id: 129_211_873, slug: "ubuntu-22-04-x64", name: "22.04 (LTS) x64", distribution: "Ubuntu" },
    { id: 112_929_454, slug: "ubuntu-20-04-x64", name: "20.04 (LTS) x64", distribution: "Ubuntu" },
    { id: 133_918_411, slug: "debian-12-x64", name: "12 x64", distribution: "Debian" },
    { id: 159_651_797, slug: "fedora-42-x64", name: "42 x64", distribution: "Fedora" },
    {
        ...{ id: 136_747_870, slug: "docker-20-04", name: "Docker on Ubuntu 22.04" },
        ...{ distribution: "Ubuntu", application: true },
    },
    { id: 155_209_451, slug: "gpu-h100x1-base", name: "AI/ML Ready (NVIDIA)", distribution: "Ubuntu" },
];

/** US dollars a month, as DigitalOcean's price list has them. */
const VOLUME_PRICE_PER_GB = 0.1;
const SNAPSHOT_PRICE_PER_GB = 0.06;
const UNASSIGNED_IP_PRICE = 5;

export function volumeCost(sizeGigabytes: number): string {
    return (sizeGigabytes * VOLUME_PRICE_PER_GB).toFixed(2);
}

export function snapshotCost(sizeGigabytes: number): string {
    return (sizeGigabytes * SNAPSHOT_PRICE_PER_GB).toFixed(2);
}

/** The cost if it is retained: an address that is assigned to nothing is billed. */
export function reservedIpCost(): string {
    return UNASSIGNED_IP_PRICE.toFixed(2);
}

export function dropletCost(size: string): string {
    return (findSize(size)?.monthlyPrice ?? 0).toFixed(2);
}

export function findSize(slug: string): SizeEntry | undefined {
    return SIZES.find((size) => size.slug === slug);
}

/** Of a size that is known to exist. */
export function getSize(slug: string): SizeEntry {
    const size = findSize(slug);
    if (size === undefined) {
        throw new Error(`there is no size ${slug}`);
    }
    return size;
}

export function isGpuSize(slug: string): boolean {
    return slug.startsWith("gpu-");
}

function basic(
    slug: string,
    memoryMb: number,
    vcpus: number,
    diskGb: number,
    transferTb: number,
    monthlyPrice: number,
): SizeEntry {
    return { slug, memoryMb, vcpus, diskGb, transferTb, monthlyPrice, description: "Basic" };
}

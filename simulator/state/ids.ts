import { createHash } from "node:crypto";

/** Hands out identifiers that look like DigitalOcean's and come in the same order on every run. */
export class Ids {
    #dropletId = 412_000_000;
    #actionId = 1_800_000_000;
    #imageId = 161_000_000;
    #reservedIp = 0;
    #reservedIpv6 = 0;
    #address = 0;
    #keyId = 40_000_000;
    #recordId = 1_700_000_000;
    #uuids = 0;

    droplet(): number {
        return ++this.#dropletId;
    }

    action(): number {
        return ++this.#actionId;
    }

    image(): number {
        return ++this.#imageId;
    }

    key(): number {
        return ++this.#keyId;
    }

    dnsRecord(): number {
        return ++this.#recordId;
    }

    /**
     * A reserved IP: its address and the number that stands for it in the associated list.
     * @param again an address that was given back, to hand out again
     */
    reservedIp(again: string | null): { readonly address: string; readonly associatedId: string } {
        const number = ++this.#reservedIp;
        return { address: again ?? `198.19.${octets(number)}`, associatedId: String(6_186_916 + number) };
    }

    reservedIpv6(): string {
        return `2001:db8:1::${(++this.#reservedIpv6).toString(16)}`;
    }

    /** Addresses of a Droplet, out of ranges that are nobody's on the internet. */
    addresses(): { readonly publicIp: string; readonly privateIp: string; readonly publicIpv6: string } {
        const number = ++this.#address;
        return {
            publicIp: `198.18.${octets(number)}`,
            privateIp: `10.108.${octets(number)}`,
            publicIpv6: `2001:db8::${number.toString(16)}`,
        };
    }

    uuid(): string {
        const hex = createHash("sha256").update(`uuid ${++this.#uuids}`).digest("hex");
        return [
            hex.slice(0, 8),
            hex.slice(8, 12),
            `4${hex.slice(13, 16)}`,
            `8${hex.slice(17, 20)}`,
            hex.slice(20, 32),
        ].join("-");
    }
}

function octets(number: number): string {
    return `${(number >> 8) & 255}.${number & 255}`;
}

/** The identifier of a team: always the same for the same name. */
export function teamUuid(team: string): string {
    return hashText(`team ${team}`);
}

export function userUuid(team: string): string {
    return hashText(`user ${team}`);
}

const hashes = new Map<string, string>();

/** Kept: every run of a program asks for its account. */
function hashText(text: string): string {
    const hash = hashes.get(text) ?? createHash("sha1").update(text).digest("hex");
    hashes.set(text, hash);
    return hash;
}

import type { ResourceType } from "../core/resource.js";
import { dnsRecord, domain } from "./domain.js";
import { droplet } from "./droplet.js";
import { firewall } from "./firewall.js";
import { reservedIp, reservedIpAssignment } from "./reserved-ip.js";
import { dropletSnapshot, volumeSnapshot } from "./snapshots.js";
import { tag } from "./tag.js";
import { volume, volumeAttachment } from "./volume.js";
import { vpc } from "./vpc.js";

/** Every resource type that the stand-in serves. */
export const resourceTypes: readonly ResourceType[] = [
    dnsRecord,
    domain,
    droplet,
    dropletSnapshot,
    firewall,
    reservedIp,
    reservedIpAssignment,
    tag,
    volume,
    volumeAttachment,
    volumeSnapshot,
    vpc,
];

import type { Panel } from "../../simulator/index.js";
import { toProgram } from "../support/droplet-program.js";
import type { Cell } from "../support/matrix.js";

/** A program with one Droplet for each cell, and around it what the stack manages of the cell. */
export function matrixProgram(cells: readonly Cell[], unmanagedVolumes: ReadonlyMap<number, string>): string {
    return toProgram(`
const domain = new digitalocean.Domain("zone", { name: "example.com" });
const unmanaged = ${JSON.stringify(Object.fromEntries(unmanagedVolumes))};
for (const cell of ${JSON.stringify(cells)}) {
    const n = cell.number;
    const retainOnDelete = cell.volume === "retained, in keep";
    const data = cell.volume === "unmanaged"
        ? { id: unmanaged[n] }
        : new digitalocean.Volume("data-" + n, { name: "data-" + n, region, size: 1 }, { retainOnDelete });
    const managedSnapshot = cell.volumeSnapshot === "VolumeSnapshot";
    const weekly = managedSnapshot
        ? new digitalocean.VolumeSnapshot("weekly-" + n, { name: "weekly-" + n, volumeId: data.id })
        : undefined;
    const address = cell.address === "unmanaged" || cell.address === "ReservedIp"
        ? undefined
        : new digitalocean.ReservedIp("address-" + n, { region });
    const keep = [];
    if (cell.volume === "VolumeAttachment, deletedWith") keep.push(data.id);
    if (cell.volume === "retained, in keep") keep.push("data-" + n);
    if (cell.address === "ReservedIpAssignment, deletedWith") keep.push(address.ipAddress);
    if (cell.volume === "unmanaged" && managedSnapshot) keep.push(weekly.id);
    const web = new Droplet("web-" + n, {
        ...spec, name: "web-" + n,
        ...(cell.volume === "volumeIds" ? { volumeIds: [data.id] } : {}),
        teardown: { policy: "destroy", keep },
    });
    const dropletId = web.id.apply(Number);
    const quickly = (how) => (how.endsWith("deletedWith") ? { deletedWith: web.teardown } : {});
    if (cell.volume.startsWith("VolumeAttachment") || retainOnDelete) {
        const opts = { retainOnDelete, ...quickly(cell.volume) };
        new digitalocean.VolumeAttachment("data-" + n, { dropletId, volumeId: data.id }, opts);
    }
    if (cell.address === "ReservedIp") {
        new digitalocean.ReservedIp("address-" + n, { region, dropletId });
    } else if (address !== undefined) {
        const ipAddress = address.ipAddress;
        new digitalocean.ReservedIpAssignment("address-" + n, { dropletId, ipAddress }, quickly(cell.address));
    }
    if (cell.snapshot === "DropletSnapshot") {
        new digitalocean.DropletSnapshot("nightly-" + n, { name: "nightly-" + n, dropletId: web.id });
    }
    if (cell.other === "Firewall") {
        const inboundRules = [{ protocol: "tcp", portRange: "443", sourceAddresses: ["0.0.0.0/0"] }];
        new digitalocean.Firewall("front-" + n, { name: "front-" + n, dropletIds: [dropletId], inboundRules });
    } else {
        new digitalocean.DnsRecord("www-" + n, {
            domain: domain.name, type: "A", name: "www-" + n, value: web.ipv4Address,
        });
    }
}
`);
}

/** Makes the volumes that no stack manages. */
export function createUnmanagedVolumes(cells: readonly Cell[], panel: Panel): Map<number, string> {
    const chosen = cells.filter(({ volume }) => volume === "unmanaged");
    return new Map(chosen.map(({ number }) => [number, panel.createVolume(`data-${number}`, 1).id]));
}

/** What somebody does in the control panel while the stack is up. */
export function addUnmanaged(cell: Cell, dropletId: number, volumeId: string, panel: Panel): void {
    if (cell.volume === "unmanaged") {
        panel.attachVolume(volumeId, dropletId);
    }
    if (cell.address === "unmanaged") {
        panel.assignReservedIp(panel.createReservedIp().id, dropletId);
    }
    if (cell.snapshot === "unmanaged") {
        panel.takeSnapshot(dropletId, `nightly-${cell.number}`);
    }
    if (cell.volumeSnapshot === "unmanaged") {
        panel.snapshotVolume(volumeId, `weekly-${cell.number}`);
    }
}

import type { Route } from "../http/call.js";
import { accountRoutes } from "./account.js";
import { actionRoutes } from "./actions.js";
import { backupPolicyRoutes } from "./backup-policies.js";
import { catalogRoutes } from "./catalog.js";
import { destroyRoutes } from "./destroy-endpoints.js";
import { domainRecordRoutes } from "./domain-records.js";
import { domainRoutes } from "./domains.js";
import { dropletActionRoutes } from "./droplet-actions.js";
import { dropletRoutes } from "./droplets.js";
import { firewallRoutes } from "./firewalls.js";
import { imageRoutes } from "./images.js";
import { projectRoutes } from "./projects.js";
import { reservedIpRoutes } from "./reserved-ips.js";
import { reservedIpv6Routes } from "./reserved-ipv6.js";
import { snapshotRoutes } from "./snapshots.js";
import { tagRoutes } from "./tags.js";
import { volumeActionRoutes } from "./volume-actions.js";
import { volumeRoutes } from "./volumes.js";
import { vpcRoutes } from "./vpcs.js";

/** Every endpoint of the simulated API. */
export const apiRoutes: readonly Route[] = [
    ...destroyRoutes,
    ...dropletRoutes,
    ...dropletActionRoutes,
    ...backupPolicyRoutes,
    ...volumeRoutes,
    ...volumeActionRoutes,
    ...snapshotRoutes,
    ...reservedIpRoutes,
    ...reservedIpv6Routes,
    ...tagRoutes,
    ...firewallRoutes,
    ...domainRoutes,
    ...domainRecordRoutes,
    ...projectRoutes,
    ...actionRoutes,
    ...accountRoutes,
    ...catalogRoutes,
    ...imageRoutes,
    ...vpcRoutes,
];

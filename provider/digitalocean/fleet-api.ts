import { DROPLETS_PER_PAGE, type DropletListing, type FleetApi } from "../teardown/ports.js";
import { createClient } from "./client.js";
import type { Connection, Observer } from "./connection.js";
import { readDropletPage } from "./wire.js";

/** `FleetApi` over HTTP. The observer is called for every request sent, retries included. */
export function createFleetApi(connection: Connection, observe: Observer = () => undefined): FleetApi {
    const client = createClient(connection, observe);
    return {
        dropletPage: (listing, page, signal) => {
            const query = `${filter(listing)}page=${page}&per_page=${DROPLETS_PER_PAGE}`;
            return client.get(`/v2/droplets?${query}`, readDropletPage, signal);
        },
    };
}

/** GPU Droplets are omitted unless requested. */
function filter(listing: DropletListing): string {
    if (listing.by === "tag") {
        return `tag_name=${encodeURIComponent(listing.tag)}&`;
    }
    return listing.type === "gpus" ? "type=gpus&" : "";
}

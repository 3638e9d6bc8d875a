import type { Call, Route } from "../http/call.js";
import { optionalText, text } from "../http/fields.js";
import { conflict, created, noContent, ok, page, type Reply } from "../http/reply.js";
import { removeDomain } from "../state/links.js";
import type { DomainRecord } from "../state/records.js";
import { DEFAULT_TTL_S, domainId, domainName, fullName, lookUpDomain, putRecord } from "./domain-records.js";

const NAME_SERVERS = ["ns1", "ns2", "ns3"].map((host) => `${host}.digitalocean.com`);

function domainView(domain: DomainRecord): object {
    const name = domainName(domain);
    const lines = [...domain.records.values()].map(
        (record) => `${fullName(domain, record)}. IN ${record.type} ${record.data}`,
    );
    return {
        name,
        ttl: domain.ttl,
        zone_file: [`$ORIGIN ${name}.`, `$TTL ${domain.ttl}`, ...lines, ""].join("\n"),
    };
}

function createDomain(call: Call): Reply {
    const { state, agenda } = call.world;
    const { team } = call.caller;
    const id = domainId(team, text(call.body, "name"));
    if (state.domains.get(id) !== undefined) {
        throw conflict("The domain already exists.");
    }
    const domain = state.domains.add({
        id,
        team,
        createdAtMs: agenda.now(),
        ttl: DEFAULT_TTL_S,
        records: new Map(),
    });
    putRecord(call, domain, { type: "SOA", data: String(DEFAULT_TTL_S) });
    NAME_SERVERS.forEach((data) => putRecord(call, domain, { type: "NS", data }));
    const address = optionalText(call.body, "ip_address");
    if (address !== null && address !== "") {
        putRecord(call, domain, { type: "A", data: address });
    }
    return created({ domain: { ...domainView(domain), zone_file: null } });
}

const DOMAIN = "/v2/domains/:domain";

export const domainRoutes: readonly Route[] = [
    {
        endpoint: "GET /v2/domains",
        scopes: ["domain:read"],
        answer: (call) => page(call, "domains", call.world.state.domains.list(call.caller.team), domainView),
    },
    { endpoint: "POST /v2/domains", scopes: ["domain:create"], answer: createDomain },
    {
        endpoint: `GET ${DOMAIN}`,
        scopes: ["domain:read"],
        answer: (call) => ok({ domain: domainView(lookUpDomain(call)) }),
    },
    {
        endpoint: `DELETE ${DOMAIN}`,
        scopes: ["domain:delete"],
        answer: (call) => {
            removeDomain(call.world.state, lookUpDomain(call));
            return noContent();
        },
    },
];

import type { Call, Route } from "../http/call.js";
import { type JsonObject, optionalNumber, optionalText, text } from "../http/fields.js";
import { conflict, created, noContent, ok, page, type Reply } from "../http/reply.js";
import type { DnsRecord, DomainRecord } from "../state/records.js";
import { found, param } from "./lookup.js";

const DEFAULT_TTL_S = 1_800;

function domainId(call: Call, name: string): string {
    return `${call.caller.team}/${name}`;
}

function domainOf(call: Call): DomainRecord {
    const id = domainId(call, param(call, "domain"));
    return found(call.world.state.domains.find(call.caller.team, id));
}

function recordOf(call: Call): DnsRecord {
    return found(domainOf(call).records.get(Number(param(call, "record"))));
}

function domainName(domain: DomainRecord): string {
    return domain.id.slice(domain.team.length + 1);
}

function domainView(domain: DomainRecord): object {
    const name = domainName(domain);
    const lines = [...domain.records.values()].map(
        (record) =>
            `${record.name === "@" ? name : `${record.name}.${name}`}. IN ${record.type} ${record.data}`,
    );
    return {
        name,
        ttl: domain.ttl,
        zone_file: [`$ORIGIN ${name}.`, `$TTL ${domain.ttl}`, ...lines, ""].join("\n"),
    };
}

function newRecord(call: Call, body: JsonObject, before: DnsRecord | null): DnsRecord {
    const pick = (name: keyof DnsRecord): number | null => {
        const kept = before?.[name];
        return optionalNumber(body, name) ?? (typeof kept === "number" ? kept : null);
    };
    return {
        id: before?.id ?? call.world.state.ids.dnsRecord(),
        type: before?.type ?? text(body, "type"),
        name: optionalText(body, "name") ?? before?.name ?? "@",
        data: optionalText(body, "data") ?? before?.data ?? "",
        priority: pick("priority"),
        port: pick("port"),
        ttl: pick("ttl") ?? DEFAULT_TTL_S,
        weight: pick("weight"),
        flags: pick("flags"),
        tag: optionalText(body, "tag") ?? before?.tag ?? null,
    };
}

function createDomain(call: Call): Reply {
    const { state, agenda } = call.world;
    const name = text(call.body, "name");
    const id = domainId(call, name);
    if (state.domains.get(id) !== undefined) {
        throw conflict("The domain already exists.");
    }
    const domain: DomainRecord = {
        id,
        team: call.caller.team,
        createdAtMs: agenda.now(),
        ttl: DEFAULT_TTL_S,
        records: new Map(),
    };
    for (const host of ["ns1", "ns2", "ns3"]) {
        addRecord(domain, newRecord(call, { type: "NS", data: `${host}.digitalocean.com` }, null));
    }
    const address = optionalText(call.body, "ip_address");
    if (address !== null && address !== "") {
        addRecord(domain, newRecord(call, { type: "A", data: address }, null));
    }
    state.domains.add(domain);
    return created({ domain: { ...domainView(domain), zone_file: null } });
}

function addRecord(domain: DomainRecord, record: DnsRecord): DnsRecord {
    domain.records.set(record.id, record);
    return record;
}

function listRecords(call: Call): Reply {
    const { searchParams } = call.url;
    const name = searchParams.get("name");
    const type = searchParams.get("type");
    const domain = domainOf(call);
    const records = [...domain.records.values()]
        .filter((record) => type === null || record.type === type)
        .filter((record) => name === null || fullName(domain, record) === name);
    return page(call, "domain_records", records, (record) => record);
}

function fullName(domain: DomainRecord, record: DnsRecord): string {
    return record.name === "@" ? domainName(domain) : `${record.name}.${domainName(domain)}`;
}

function updateRecord(call: Call): Reply {
    const record = newRecord(call, call.body, recordOf(call));
    return ok({ domain_record: addRecord(domainOf(call), record) });
}

const DOMAIN = "/v2/domains/:domain";
const RECORD = `${DOMAIN}/records/:record`;

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
        answer: (call) => ok({ domain: domainView(domainOf(call)) }),
    },
    {
        endpoint: `DELETE ${DOMAIN}`,
        scopes: ["domain:delete"],
        answer: (call) => {
            call.world.state.domains.remove(domainOf(call).id);
            return noContent();
        },
    },
    { endpoint: `GET ${DOMAIN}/records`, scopes: ["domain:read"], answer: listRecords },
    {
        endpoint: `POST ${DOMAIN}/records`,
        scopes: ["domain:create"],
        answer: (call) =>
            created({ domain_record: addRecord(domainOf(call), newRecord(call, call.body, null)) }),
    },
    {
        endpoint: `GET ${RECORD}`,
        scopes: ["domain:read"],
        answer: (call) => ok({ domain_record: recordOf(call) }),
    },
    { endpoint: `PUT ${RECORD}`, scopes: ["domain:update"], answer: updateRecord },
    { endpoint: `PATCH ${RECORD}`, scopes: ["domain:update"], answer: updateRecord },
    {
        endpoint: `DELETE ${RECORD}`,
        scopes: ["domain:delete"],
        answer: (call) => {
            domainOf(call).records.delete(recordOf(call).id);
            return noContent();
        },
    },
];

import type { Call, Route } from "../http/call.js";
import { type JsonObject, optionalNumber, optionalText, text } from "../http/fields.js";
import { created, noContent, ok, page, type Reply } from "../http/reply.js";
import type { DnsRecord, DomainRecord } from "../state/records.js";
import { found, param } from "./lookup.js";

export const DEFAULT_TTL_S = 1_800;

/** Their data is a host. */
const POINTS_AT_A_HOST: readonly string[] = ["CNAME", "MX", "NS", "SRV", "CAA"];

export function domainId(team: string, name: string): string {
    return `${team}/${name}`;
}

export function lookUpDomain(call: Call): DomainRecord {
    const { team } = call.caller;
    return found(call.world.state.domains.find(team, domainId(team, param(call, "domain"))));
}

export function domainName(domain: DomainRecord): string {
    return domain.id.slice(domain.team.length + 1);
}

function lookUpRecord(call: Call): DnsRecord {
    return found(lookUpDomain(call).records.get(Number(param(call, "record"))));
}

/** Adds a record, or with `before` changes one. */
export function putRecord(
    call: Call,
    domain: DomainRecord,
    body: JsonObject,
    before: DnsRecord | null = null,
): DnsRecord {
    const pick = (name: keyof DnsRecord): number | null => {
        const kept = before?.[name];
        return optionalNumber(body, name) ?? (typeof kept === "number" ? kept : null);
    };
    const type = before?.type ?? text(body, "type");
    const data = optionalText(body, "data") ?? before?.data ?? "";
    const record: DnsRecord = {
        id: before?.id ?? call.world.state.ids.dnsRecord(),
        type,
        name: relativeName(domain, optionalText(body, "name") ?? before?.name ?? "@"),
        data: POINTS_AT_A_HOST.includes(type) ? host(domain, data) : data,
        priority: pick("priority"),
        port: pick("port"),
        ttl: pick("ttl") ?? DEFAULT_TTL_S,
        weight: pick("weight"),
        flags: pick("flags"),
        tag: optionalText(body, "tag") ?? before?.tag ?? null,
    };
    domain.records.set(record.id, record);
    return record;
}

/** `www.example.com.` in `example.com` is `www`. */
function relativeName(domain: DomainRecord, name: string): string {
    const apex = `${domainName(domain)}.`;
    if (name === apex) {
        return "@";
    }
    return name.endsWith(`.${apex}`) ? name.slice(0, -apex.length - 1) : name;
}

/** Without the final dot; the domain itself is `@`. */
function host(domain: DomainRecord, data: string): string {
    const name = data.replace(/\.$/, "");
    return name === domainName(domain) ? "@" : name;
}

function listRecords(call: Call): Reply {
    const { searchParams } = call.url;
    const name = searchParams.get("name");
    const type = searchParams.get("type");
    const domain = lookUpDomain(call);
    const records = [...domain.records.values()]
        .filter((record) => type === null || record.type === type)
        .filter((record) => name === null || fullName(domain, record) === name);
    return page(call, "domain_records", records, (record) => record);
}

export function fullName(domain: DomainRecord, record: DnsRecord): string {
    return record.name === "@" ? domainName(domain) : `${record.name}.${domainName(domain)}`;
}

function updateRecord(call: Call): Reply {
    return ok({ domain_record: putRecord(call, lookUpDomain(call), call.body, lookUpRecord(call)) });
}

const RECORDS = "/v2/domains/:domain/records";
const RECORD = `${RECORDS}/:record`;

export const domainRecordRoutes: readonly Route[] = [
    { endpoint: `GET ${RECORDS}`, scopes: ["domain:read"], answer: listRecords },
    {
        endpoint: `POST ${RECORDS}`,
        scopes: ["domain:create"],
        answer: (call) => created({ domain_record: putRecord(call, lookUpDomain(call), call.body) }),
    },
    {
        endpoint: `GET ${RECORD}`,
        scopes: ["domain:read"],
        answer: (call) => ok({ domain_record: lookUpRecord(call) }),
    },
    { endpoint: `PUT ${RECORD}`, scopes: ["domain:update"], answer: updateRecord },
    { endpoint: `PATCH ${RECORD}`, scopes: ["domain:update"], answer: updateRecord },
    {
        endpoint: `DELETE ${RECORD}`,
        scopes: ["domain:delete"],
        answer: (call) => {
            lookUpDomain(call).records.delete(lookUpRecord(call).id);
            return noContent();
        },
    },
];

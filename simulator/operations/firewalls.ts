import type { Call, Route } from "../http/call.js";
import { type JsonObject, numbers, objects, text, texts } from "../http/fields.js";
import { accepted, noContent, ok, page, type Reply } from "../http/reply.js";
import type { FirewallRecord } from "../state/records.js";
import { iso } from "../views/resources.js";
import { found, lookUpDroplet, param } from "./lookup.js";

function lookUpFirewall(call: Call): FirewallRecord {
    return found(call.world.state.firewalls.find(call.caller.team, param(call, "firewall")));
}

function firewallView(firewall: FirewallRecord): object {
    return {
        id: firewall.id,
        name: firewall.name,
        status: "succeeded",
        created_at: iso(firewall.createdAtMs),
        pending_changes: [],
        droplet_ids: firewall.dropletIds,
        tags: firewall.tags,
        inbound_rules: firewall.inboundRules,
        outbound_rules: firewall.outboundRules,
    };
}

function readFields(body: JsonObject) {
    return {
        name: text(body, "name"),
        dropletIds: numbers(body, "droplet_ids"),
        tags: texts(body, "tags"),
        inboundRules: objects(body, "inbound_rules").map(withPorts),
        outboundRules: objects(body, "outbound_rules").map(withPorts),
    };
}

/** "all" and no ports come back as "0". */
function withPorts(rule: JsonObject): JsonObject {
    const ports = rule.ports;
    const open = ports === undefined || ports === "" || ports === "all";
    return { ...rule, ports: open ? "0" : ports };
}

function createFirewall(call: Call): Reply {
    const { state, agenda } = call.world;
    const firewall = state.firewalls.add({
        ...readFields(call.body),
        id: state.ids.uuid(),
        team: call.caller.team,
        createdAtMs: agenda.now(),
    });
    return accepted({ firewall: firewallView(firewall) });
}

function updateFirewall(call: Call): Reply {
    const firewall = Object.assign(lookUpFirewall(call), readFields(call.body));
    return ok({ firewall: firewallView(firewall) });
}

function without<Item>(all: readonly Item[], some: readonly Item[]): Item[] {
    const gone = new Set(some.map((item) => JSON.stringify(item)));
    return all.filter((item) => !gone.has(JSON.stringify(item)));
}

const PATH = "/v2/firewalls/:firewall";

function update204(endpoint: string, effect: (firewall: FirewallRecord, body: JsonObject) => void): Route {
    const answer = (call: Call): Reply => {
        effect(lookUpFirewall(call), call.body);
        return noContent();
    };
    return { endpoint, scopes: ["firewall:update"], answer };
}

export const firewallRoutes: readonly Route[] = [
    {
        endpoint: "GET /v2/firewalls",
        scopes: ["firewall:read"],
        answer: (call) =>
            page(call, "firewalls", call.world.state.firewalls.list(call.caller.team), firewallView),
    },
    { endpoint: "POST /v2/firewalls", scopes: ["firewall:create"], answer: createFirewall },
    {
        endpoint: `GET ${PATH}`,
        scopes: ["firewall:read"],
        answer: (call) => ok({ firewall: firewallView(lookUpFirewall(call)) }),
    },
    { endpoint: `PUT ${PATH}`, scopes: ["firewall:update"], answer: updateFirewall },
    {
        endpoint: `DELETE ${PATH}`,
        scopes: ["firewall:delete"],
        answer: (call) => {
            call.world.state.firewalls.remove(lookUpFirewall(call).id);
            return noContent();
        },
    },
    update204(`POST ${PATH}/droplets`, (firewall, body) => {
        firewall.dropletIds = [...new Set([...firewall.dropletIds, ...numbers(body, "droplet_ids")])];
    }),
    update204(`DELETE ${PATH}/droplets`, (firewall, body) => {
        firewall.dropletIds = without(firewall.dropletIds, numbers(body, "droplet_ids"));
    }),
    update204(`POST ${PATH}/tags`, (firewall, body) => {
        firewall.tags = [...new Set([...firewall.tags, ...texts(body, "tags")])];
    }),
    update204(`DELETE ${PATH}/tags`, (firewall, body) => {
        firewall.tags = without(firewall.tags, texts(body, "tags"));
    }),
    update204(`POST ${PATH}/rules`, (firewall, body) => {
        firewall.inboundRules = [...firewall.inboundRules, ...objects(body, "inbound_rules").map(withPorts)];
        firewall.outboundRules = [
            ...firewall.outboundRules,
            ...objects(body, "outbound_rules").map(withPorts),
        ];
    }),
    update204(`DELETE ${PATH}/rules`, (firewall, body) => {
        firewall.inboundRules = without(firewall.inboundRules, objects(body, "inbound_rules").map(withPorts));
        firewall.outboundRules = without(
            firewall.outboundRules,
            objects(body, "outbound_rules").map(withPorts),
        );
    }),
    {
        endpoint: "GET /v2/droplets/:droplet/firewalls",
        scopes: ["firewall:read"],
        answer: (call) => {
            const droplet = lookUpDroplet(call);
            const covers = (firewall: FirewallRecord): boolean =>
                firewall.dropletIds.includes(droplet.id) ||
                firewall.tags.some((tag) => droplet.tags.includes(tag));
            const firewalls = call.world.state.firewalls.list(call.caller.team).filter(covers);
            return page(call, "firewalls", firewalls, firewallView);
        },
    },
];

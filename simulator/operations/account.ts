import { createHash } from "node:crypto";
import type { Call, Route } from "../http/call.js";
import { text } from "../http/fields.js";
import { created, noContent, ok, page, type Reply, unprocessable } from "../http/reply.js";
import { teamUuid, userUuid } from "../state/ids.js";
import type { KeyRecord } from "../state/records.js";
import { found, param } from "./lookup.js";

function getAccount(call: Call): Reply {
    const { team } = call.caller;
    return ok({
        account: {
            droplet_limit: 5_000,
            floating_ip_limit: 5_000,
            email: `sammy@${team}.example`,
            name: "Sammy",
            uuid: userUuid(team),
            email_verified: true,
            status: "active",
            status_message: "",
            team: { uuid: teamUuid(team), name: team },
        },
    });
}

/** By its number or by its fingerprint. */
function lookUpKey(call: Call): KeyRecord {
    const id = param(call, "key");
    const keys = call.world.state.keys.list(call.caller.team);
    return found(keys.find((key) => String(key.id) === id || key.fingerprint === id));
}

function keyView(key: KeyRecord): object {
    return { id: key.id, fingerprint: key.fingerprint, public_key: key.publicKey, name: key.name };
}

function createKey(call: Call): Reply {
    const { state, agenda } = call.world;
    const { team } = call.caller;
    const publicKey = text(call.body, "public_key");
    const fingerprint = computeFingerprint(publicKey);
    if (state.keys.list(team).some((key) => key.fingerprint === fingerprint)) {
        throw unprocessable("SSH Key is already in use on your account");
    }
    const key = state.keys.add({
        id: state.ids.key(),
        team,
        createdAtMs: agenda.now(),
        name: text(call.body, "name"),
        fingerprint,
        publicKey,
    });
    return created({ ssh_key: keyView(key) });
}

/** Of `type material comment`; the material begins with the length of the type and the type. */
function computeFingerprint(publicKey: string): string {
    const [type = "", material = ""] = publicKey.trim().split(/\s+/);
    const bytes = Buffer.from(material, "base64");
    const beginning = Buffer.from(`\0\0\0${String.fromCharCode(type.length)}${type}`, "latin1");
    if (
        type === "" ||
        bytes.length <= beginning.length ||
        !bytes.subarray(0, beginning.length).equals(beginning)
    ) {
        throw unprocessable("Key invalid, key should be of the format `type key [comment]`");
    }
    const digest = createHash("md5").update(bytes).digest("hex");
    return (digest.match(/../g) ?? []).join(":");
}

export const accountRoutes: readonly Route[] = [
    { endpoint: "GET /v2/account", scopes: ["account:read"], answer: getAccount },
    {
        endpoint: "GET /v2/account/keys",
        scopes: ["ssh_key:read"],
        answer: (call) => page(call, "ssh_keys", call.world.state.keys.list(call.caller.team), keyView),
    },
    { endpoint: "POST /v2/account/keys", scopes: ["ssh_key:create"], answer: createKey },
    {
        endpoint: "GET /v2/account/keys/:key",
        scopes: ["ssh_key:read"],
        answer: (call) => ok({ ssh_key: keyView(lookUpKey(call)) }),
    },
    {
        endpoint: "PUT /v2/account/keys/:key",
        scopes: ["ssh_key:update"],
        answer: (call) => {
            const key = lookUpKey(call);
            key.name = text(call.body, "name");
            return ok({ ssh_key: keyView(key) });
        },
    },
    {
        endpoint: "DELETE /v2/account/keys/:key",
        scopes: ["ssh_key:delete"],
        answer: (call) => {
            call.world.state.keys.remove(lookUpKey(call).id);
            return noContent();
        },
    },
];

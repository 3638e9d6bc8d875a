import { createHash, generateKeyPairSync, randomBytes, sign } from "node:crypto";
import { isIPv4, isIPv6 } from "node:net";

import { der } from "./der.js";

const DAY_MS = 86_400_000;
const VALID_DAYS = 365;

const ECDSA_WITH_SHA256 = der.sequence(der.objectId("1.2.840.10045.4.3.2"));
const SERVER_AUTHENTICATION = der.objectId("1.3.6.1.5.5.7.3.1");

/** A certificate and its private key, both as PEM. */
export interface Identity {
    readonly cert: string;
    readonly key: string;
}

/**
 * Signs a certificate for these hosts by itself (RFC 5280, version 3). Clients that are told to trust it accept it as
 * the authority and as the server's own.
 */
export function selfSignedIdentity(hosts: readonly string[], nowMs: number): Identity {
    const { publicKey, privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
    const spki = publicKey.export({ type: "spki", format: "der" });
    const name = der.sequence(
        der.set(der.sequence(der.objectId("2.5.4.3"), der.text("digitalocean-simulator"))),
    );
    const content = der.sequence(
        der.wrapped(0, der.integer(2)),
        der.longInteger(Buffer.concat([Buffer.from([0x80]), randomBytes(15)])),
        ECDSA_WITH_SHA256,
        name,
        der.sequence(der.time(nowMs - DAY_MS), der.time(nowMs + VALID_DAYS * DAY_MS)),
        name,
        spki,
        der.wrapped(3, der.sequence(...extensions(hosts, createHash("sha1").update(spki).digest()))),
    );
    const signature = sign("sha256", content, privateKey);
    const certificate = der.sequence(content, ECDSA_WITH_SHA256, der.bits(signature));
    return {
        cert: pem("CERTIFICATE", certificate),
        key: privateKey.export({ type: "pkcs8", format: "pem" }).toString(),
    };
}

function extensions(hosts: readonly string[], keyId: Buffer): Buffer[] {
    const digitalSignatureAndCertSign = der.bits(Buffer.from([0b1000_0100]), 2);
    return [
        critical("2.5.29.19", der.sequence(der.yes)),
        critical("2.5.29.15", digitalSignatureAndCertSign),
        extension("2.5.29.37", der.sequence(SERVER_AUTHENTICATION)),
        extension("2.5.29.17", der.sequence(...hosts.map(alternativeName))),
        extension("2.5.29.14", der.octets(keyId)),
        extension("2.5.29.35", der.sequence(der.field(0, keyId))),
    ];
}

function extension(id: string, value: Buffer): Buffer {
    return der.sequence(der.objectId(id), der.octets(value));
}

function critical(id: string, value: Buffer): Buffer {
    return der.sequence(der.objectId(id), der.yes, der.octets(value));
}

function alternativeName(host: string): Buffer {
    if (isIPv4(host)) {
        return der.field(7, Buffer.from(host.split(".").map(Number)));
    }
    return isIPv6(host) ? der.field(7, ipv6Bytes(host)) : der.field(2, Buffer.from(host, "ascii"));
}

function ipv6Bytes(address: string): Buffer {
    const [before = "", after = ""] = address.split("::");
    const groups = (text: string): number[] =>
        text === "" ? [] : text.split(":").map((group) => parseInt(group, 16));
    const [left, right] = [groups(before), groups(after)];
    const zeros = Array<number>(8 - left.length - right.length).fill(0);
    return Buffer.from([...left, ...zeros, ...right].flatMap((group) => [group >> 8, group & 0xff]));
}

function pem(label: string, bytes: Buffer): string {
    const lines = bytes.toString("base64").match(/.{1,64}/g) ?? [];
    return [`-----BEGIN ${label}-----`, ...lines, `-----END ${label}-----`, ""].join("\n");
}

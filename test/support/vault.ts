import { createCipheriv, createDecipheriv, randomBytes } from "node:crypto";
import { text } from "node:stream/consumers";

import { serve } from "./loopback.js";

/** For `pulumi stack init`: a stack's secrets are encrypted with a key that the vault of this process encrypts. */
export const SECRETS_PROVIDER = "hashivault://engine-tests";

const CIPHER = "aes-256-gcm";
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const PREFIX = "vault:v1:";

let started: Promise<NodeJS.ProcessEnv> | undefined;

/**
 * The transit engine of HashiCorp's Vault, as far as Pulumi asks it: it encrypts and decrypts the keys of stacks. With
 * a passphrase, an engine would spend most of its own processor time on deriving the key.
 * @returns where it is, for the environment of an engine
 */
export function vaultVariables(): Promise<NodeJS.ProcessEnv> {
    started ??= start();
    return started;
}

async function start(): Promise<NodeJS.ProcessEnv> {
    const key = randomBytes(32);
    const { url, server } = await serve((request, response) => {
        void text(request).then((body) => {
            const { plaintext, ciphertext } = JSON.parse(body) as Record<string, string>;
            const data =
                ciphertext === undefined
                    ? { ciphertext: encrypt(key, plaintext ?? "") }
                    : { plaintext: decrypt(key, ciphertext) };
            response.setHeader("Content-Type", "application/json").end(JSON.stringify({ data }));
        });
    });
    // It ends with the process, which does not wait for it.
    server.unref();
    return { VAULT_ADDR: url, VAULT_TOKEN: "engine-tests" };
}

/** @param plaintext in base64, as all that Vault takes */
function encrypt(key: Buffer, plaintext: string): string {
    const nonce = randomBytes(NONCE_BYTES);
    const cipher = createCipheriv(CIPHER, key, nonce);
    const encrypted = [cipher.update(plaintext, "base64"), cipher.final()];
    return PREFIX + Buffer.concat([nonce, ...encrypted, cipher.getAuthTag()]).toString("base64");
}

function decrypt(key: Buffer, ciphertext: string): string {
    const bytes = Buffer.from(ciphertext.slice(PREFIX.length), "base64");
    const decipher = createDecipheriv(CIPHER, key, bytes.subarray(0, NONCE_BYTES));
    decipher.setAuthTag(bytes.subarray(-TAG_BYTES));
    const decrypted = [decipher.update(bytes.subarray(NONCE_BYTES, -TAG_BYTES)), decipher.final()];
    return Buffer.concat(decrypted).toString("base64");
}

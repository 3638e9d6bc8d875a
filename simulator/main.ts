#!/usr/bin/env node
import { existsSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { type Options, readOptions, type TlsOptions, USAGE } from "./cli/options.js";
import { whenParentEnds } from "./cli/parent.js";
import { machineClock } from "./clock.js";
import type { Exchange } from "./gateway.js";
import { startServer } from "./server.js";
import { createSimulator } from "./simulator.js";
import type { Identity } from "./tls/certificate.js";
import { VERSION } from "./version.js";

async function main(): Promise<void> {
    const options = readOptions(process.argv.slice(2), (path) => readFileSync(path, "utf8"));
    if (options === "help" || options === "version") {
        process.stdout.write(options === "help" ? USAGE : `${VERSION}\n`);
        return;
    }
    await serve(options);
}

async function serve(options: Options): Promise<void> {
    const { host, port, seed, settings, tokens, teamPerToken, tls } = options;
    const simulator = createSimulator({
        clock: machineClock,
        settings,
        teamPerToken,
        ...(seed === null ? {} : { seed }),
        ...(tokens === null ? {} : { tokens: Object.fromEntries(tokens.map((token) => [token, {}])) }),
        ...(options.log ? { onExchange: print } : {}),
    });
    const identity = tls === null ? null : await identityIn(tls, host);
    const server = await startServer(simulator, {
        host,
        port,
        ...(identity === null ? {} : { tls: identity }),
    });
    const stop = (): void => {
        void server.close().then(() => process.exit(0));
    };
    process.once("SIGTERM", stop);
    process.once("SIGINT", stop);
    if (options.stopWithParent) {
        whenParentEnds(process, stop);
    }
    process.stdout.write(`DigitalOcean API simulator on ${server.url}\n`);
}

function print({ request, answer }: Exchange): void {
    const { method, url } = request;
    const status = answer.kind === "drop" ? "no answer" : answer.status;
    process.stdout.write(`${method} ${url.pathname}${url.search} ${status}\n`);
}

/** The certificate in the files, which are written where they are missing. Says how to trust a new one. */
async function identityIn({ cert, key }: TlsOptions, host: string): Promise<Identity> {
    if (cert !== null && key !== null && existsSync(cert) && existsSync(key)) {
        return { cert: readFileSync(cert, "utf8"), key: readFileSync(key, "utf8") };
    }
    const { selfSignedIdentity } = await import("./tls/certificate.js");
    const identity = selfSignedIdentity([...new Set(["localhost", "127.0.0.1", "::1", host])], Date.now());
    const path = cert ?? join(mkdtempSync(join(tmpdir(), "digitalocean-simulator-")), "certificate.pem");
    writeFileSync(path, identity.cert);
    if (key !== null) {
        writeFileSync(key, identity.key, { mode: 0o600 });
    }
    process.stdout.write(
        [
            `certificate: ${path}; trust it in the process that runs the client:`,
            `  export SSL_CERT_FILE=${path}        # Go, Python's ssl, OpenSSL`,
            `  export REQUESTS_CA_BUNDLE=${path}   # Python's requests, pydo`,
            `  export NODE_EXTRA_CA_CERTS=${path}  # Node.js`,
            "",
        ].join("\n"),
    );
    return identity;
}

main().catch((error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n\n${USAGE}`);
    process.exit(2);
});

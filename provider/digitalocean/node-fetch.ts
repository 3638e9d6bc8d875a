import { RefusedError } from "../teardown/errors.js";
import { type ClientRequest, Agent as HttpAgent } from "node:http";
import { Agent as HttpsAgent } from "node:https";
import { getProxyForUrl } from "proxy-from-env";
import type { Fetch } from "./connection.js";

/** Node's error codes for a missing file, by `import` and `require`. */
const NOT_FOUND = new Set<unknown>(["ERR_MODULE_NOT_FOUND", "MODULE_NOT_FOUND"]);

/**
 * Loads a dependency of this package.
 * @throws RefusedError if it or one of its dependencies is not installed, which a retry would not fix
 */
export async function loadPackage<T>(name: string, load: () => Promise<T>): Promise<T> {
    try {
        return await load();
    } catch (error) {
        if (error instanceof Error && "code" in error && NOT_FOUND.has(error.code)) {
            throw new RefusedError(
                `the package ${name} cannot be loaded (${error.code as string}): install the dependencies again, such as with \`npm install\`; under Yarn Plug'n'Play run \`yarn exec pulumi\``,
                "invalid-input",
                { cause: error },
            );
        }
        throw error;
    }
}

/** The proxy for a URL, or "" for none. */
type ProxyFor = (url: string) => string;

const PROXY_VARIABLES = ["https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"];

/** A proxy without a scheme is spoken to in plain http, as by the official provider, doctl and curl. */
export function proxyFromEnvironment(url: string): string {
    const proxy = getProxyForUrl(url);
    const isBare = PROXY_VARIABLES.some((name) => `https://${process.env[name]}` === proxy);
    return isBare ? proxy.replace("https:", "http:") : proxy;
}

/**
 * The real network: node-fetch with keep-alive. This file is the edge where HTTPS_PROXY and NO_PROXY are read.
 * Plain http, which is loopback only, never goes through a proxy.
 */
export function createNodeFetch(proxyFor: ProxyFor = proxyFromEnvironment): Fetch {
    // node-fetch is an ES module, which CommonJS can load only by a dynamic import. It is loaded up front, so that
    // removing the installation during a long destroy does not break the network.
    const loading = loadPackage("node-fetch", () => import("node-fetch"));
    loading.catch(() => undefined);
    const plain = new HttpAgent({ keepAlive: true });
    const agents = new Map<string, Promise<HttpAgent>>();
    return async (url, init) => {
        const { default: fetch } = await loading;
        const { protocol } = new URL(url);
        const agent = protocol === "http:" ? plain : await cached(agents, proxyFor(url));
        return fetch(url, { ...init, agent });
    };
}

function cached(agents: Map<string, Promise<HttpAgent>>, proxy: string): Promise<HttpAgent> {
    const agent = agents.get(proxy) ?? secureAgent(proxy);
    agents.set(proxy, agent);
    return agent;
}

/** How a proxy answered. */
interface Connected {
    readonly statusCode: number;
    readonly statusText: string;
}

async function secureAgent(proxy: string): Promise<HttpAgent> {
    if (proxy === "") {
        return new HttpsAgent({ keepAlive: true });
    }
    if (!URL.canParse(proxy) || !/^https?:$/.test(new URL(proxy).protocol)) {
        // The value may contain a password, so it is not quoted.
        throw new RefusedError(
            "HTTPS_PROXY (else ALL_PROXY) is not the http or https URL of a proxy",
            "invalid-input",
        );
    }
    const { HttpsProxyAgent } = await loadPackage("https-proxy-agent", () => import("https-proxy-agent"));
    const agent = new HttpsProxyAgent(proxy, { keepAlive: true });
    // The agent would pass on the proxy's refusal as the answer: its 404 must not mean that a Droplet is gone.
    agent.on("proxyConnect", ({ statusCode, statusText }: Connected, request: ClientRequest) => {
        if (statusCode !== 200) {
            request.destroy(new Error(`the proxy does not connect: ${statusCode} ${statusText}`));
        }
    });
    return agent;
}

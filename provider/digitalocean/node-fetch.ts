import { Agent as HttpAgent } from "node:http";
import { Agent as HttpsAgent } from "node:https";
import { getProxyForUrl } from "proxy-from-env";
import { RefusedError } from "../teardown/errors.js";
import type { Fetch } from "./fetch.js";
import { loadPackage } from "./load-package.js";

/** The proxy for a URL, or "" for none. */
export type ProxyFor = (url: string) => string;

/**
 * The real network: node-fetch on connections that are kept alive. This file is the edge where the
 * environment's HTTPS_PROXY and NO_PROXY are read. Plain http, which is loopback, never goes to a proxy.
 */
export function createNodeFetch(proxyFor: ProxyFor = getProxyForUrl): Fetch {
    // node-fetch is an ES module, which CommonJS reaches by a dynamic import only. It is loaded with its user:
    // an installation that goes away during a long destroy must not take the network with it.
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

async function secureAgent(proxy: string): Promise<HttpAgent> {
    if (proxy === "") {
        return new HttpsAgent({ keepAlive: true });
    }
    if (!URL.canParse(proxy) || !/^https?:$/.test(new URL(proxy).protocol)) {
        // The value may carry a password, so it is not repeated.
        throw new RefusedError("HTTPS_PROXY is not the http or https URL of a proxy");
    }
    const { HttpsProxyAgent } = await loadPackage("https-proxy-agent", () => import("https-proxy-agent"));
    return new HttpsProxyAgent(proxy, { keepAlive: true });
}

import { Api } from "../api/api.js";
import { UNKNOWN, type Props } from "../core/props.js";

/** What the process entry passes in. */
export interface Effects {
    readonly env: NodeJS.ProcessEnv;
    readonly fetch: typeof fetch;
    readonly sleep: (ms: number) => Promise<void>;
    /** Ends the process at once, as a crash would. */
    readonly die: (message: string) => void;
}

const PUBLIC_API = "https://api.digitalocean.com";
const DEFAULT_POLL_MS = 100;
/** The official provider's. */
const DELETE_TIMEOUT_MS = 60_000;

/** The API as the provider's configuration has it, else the environment, in the official provider's order. */
export function configuredApi(config: Props, effects: Effects): Api {
    const { env } = effects;
    const token = setting(config, "token") ?? env.DIGITALOCEAN_TOKEN ?? env.DIGITALOCEAN_ACCESS_TOKEN ?? "";
    const endpoint = setting(config, "apiEndpoint") ?? env.DIGITALOCEAN_API_URL ?? PUBLIC_API;
    return new Api({
        token,
        endpoint: endpoint.replace(/\/+$/, ""),
        fetch: effects.fetch,
        sleep: effects.sleep,
        pollMs: Number(env.DIGITALOCEAN_STAND_IN_POLL_MS ?? DEFAULT_POLL_MS),
        deleteTimeoutMs: Number(env.DIGITALOCEAN_STAND_IN_DELETE_TIMEOUT_MS ?? DELETE_TIMEOUT_MS),
    });
}

function setting(config: Props, name: string): string | undefined {
    const value = config[name];
    return typeof value === "string" && value !== "" && value !== UNKNOWN ? value : undefined;
}

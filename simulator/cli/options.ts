import { parseArgs } from "node:util";

import { changeSettings, findPositions } from "../admin/change-settings.js";
import type { Seed } from "../admin/seed.js";
import { isObject, type JsonObject } from "../http/fields.js";
import { defaultSettings, type Settings } from "../settings.js";

export const USAGE = `digitalocean-simulator [options]

  --port N               where to listen; 0, the default, is any free port
  --host HOST            the address to listen on; 127.0.0.1 unless said
  --tls                  serve https; with a certificate of its own unless one is given
  --tls-cert FILE        the certificate and its key, as PEM; made and written
  --tls-key FILE         where neither is there yet
  --token TOKEN          accept this token only; may be repeated
  --team-per-token       each token has a team, and so an account, of its own
  --seed FILE            JSON of Droplets, volumes, addresses, snapshots and tags
  --settings FILE        JSON of settings
  --set NAME=VALUE       one setting; may be repeated
  --boot-seconds S       how long a Droplet boots
  --action-seconds S     how long an action takes
  --delete-seconds S     how long a deleted Droplet stays
  --destroy-seconds S    how long a destroy with associated resources takes
  --hourly-limit N       requests of a token within an hour
  --minute-limit N       requests of a token within a minute
  --log                  print every request
  --stop-with-parent     end when the parent process ends, or closes standard input
  --help, --version
`;

export interface Options {
    readonly port: number;
    readonly host: string;
    /** Null: http. */
    readonly tls: TlsOptions | null;
    /** Null: any token that looks like one. */
    readonly tokens: readonly string[] | null;
    readonly teamPerToken: boolean;
    readonly seed: Seed | null;
    readonly settings: Partial<Settings>;
    readonly log: boolean;
    readonly stopWithParent: boolean;
}

/** Files; null: made anew at each start. */
export interface TlsOptions {
    readonly cert: string | null;
    readonly key: string | null;
}

/** Flags that are settings; seconds become milliseconds. */
const SECONDS = {
    "boot-seconds": "bootMs",
    "action-seconds": "actionMs",
    "delete-seconds": "deleteDelayMs",
    "destroy-seconds": "destroyDurationMs",
} as const satisfies Readonly<Record<string, keyof Settings>>;
const LIMITS = {
    "hourly-limit": "hourlyLimit",
    "minute-limit": "minuteLimit",
} as const satisfies Readonly<Record<string, keyof Settings>>;

const TEXT = { type: "string" } as const;
const FLAG = { type: "boolean", default: false } as const;
const TEXTS = { type: "string", multiple: true } as const;

/** Understands the arguments; "help" and "version" where that is what is asked for. */
export function readOptions(
    args: readonly string[],
    readFile: (path: string) => string,
): Options | "help" | "version" {
    const { values } = parseArgs({
        args: [...args],
        options: {
            ...{ port: TEXT, host: TEXT, tls: FLAG, "tls-cert": TEXT, "tls-key": TEXT },
            ...{ token: TEXTS, "team-per-token": FLAG, seed: TEXT, settings: TEXT, set: TEXTS },
            ...{ "boot-seconds": TEXT, "action-seconds": TEXT, "delete-seconds": TEXT },
            ...{ "destroy-seconds": TEXT, "hourly-limit": TEXT, "minute-limit": TEXT },
            ...{ log: FLAG, "stop-with-parent": FLAG, help: FLAG, version: FLAG },
        },
    });
    if (values.help || values.version) {
        return values.help ? "help" : "version";
    }
    const flags = [
        ...Object.entries(SECONDS).map(([flag, name]) => [flag, name, 1_000] as const),
        ...Object.entries(LIMITS).map(([flag, name]) => [flag, name, 1] as const),
    ].flatMap(([flag, name, unit]) => {
        const value = values[flag as keyof typeof values];
        return typeof value === "string" ? [[name, unit * numberIn(`--${flag}`, value)]] : [];
    });
    const file = values.settings === undefined ? {} : objectIn(values.settings, readFile);
    const single = (values.set ?? []).map(assignment);
    return {
        port: numberIn("--port", values.port ?? "0"),
        host: values.host ?? "127.0.0.1",
        tls: tlsOptions(values.tls, values["tls-cert"] ?? null, values["tls-key"] ?? null),
        tokens: values.token ?? null,
        teamPerToken: values["team-per-token"],
        // What is wrong with it is found where it is planted.
        seed: values.seed === undefined ? null : objectIn(values.seed, readFile),
        settings: settingsIn({ ...file, ...(Object.fromEntries([...flags, ...single]) as JsonObject) }),
        log: values.log,
        stopWithParent: values["stop-with-parent"],
    };
}

function tlsOptions(tls: boolean, cert: string | null, key: string | null): TlsOptions | null {
    if ((cert === null) !== (key === null)) {
        throw new TypeError("--tls-cert and --tls-key go together");
    }
    return tls || cert !== null ? { cert, key } : null;
}

/** Only what is given, all of it allowed. */
function settingsIn(given: JsonObject): Partial<Settings> {
    const all = changeSettings({ ...defaultSettings }, given);
    return Object.fromEntries(Object.entries(all).filter(([name]) => name in given));
}

function numberIn(option: string, text: string): number {
    const number = Number(text);
    if (text.trim() === "" || !Number.isFinite(number) || number < 0) {
        throw new TypeError(`${option} must be a number from 0 on, not "${text}"`);
    }
    return number;
}

/** `name=value`: a position of a switch, or a number, a boolean or null as in JSON. */
function assignment(text: string): [string, unknown] {
    const [, name = "", value = ""] = /^(\w+)=(.*)$/.exec(text) ?? [];
    if (name === "") {
        throw new TypeError(`--set takes NAME=VALUE, not "${text}"`);
    }
    const position = findPositions(name)?.find((one) => String(one) === value);
    const isJson = /^(?:true|false|null|-?\d+(?:\.\d+)?)$/.test(value);
    return [name, position ?? (isJson ? (JSON.parse(value) as unknown) : value)];
}

function objectIn(path: string, readFile: (path: string) => string): JsonObject {
    const value: unknown = JSON.parse(readFile(path));
    if (!isObject(value)) {
        throw new TypeError(`${path} must hold a JSON object`);
    }
    return value;
}

import { isDeepStrictEqual } from "node:util";
import { DEFAULT_TEMPLATE, templateFailure } from "../../provider/teardown/plan.js";
import { parseAge, parseDuration } from "../../provider/teardown/format.js";
import {
    POLICY_PROPERTY,
    POLICY_ACTIONS,
    type PolicyAction,
    type ResolvedPolicy,
    resolvePolicy,
} from "../../provider/teardown/policy.js";
import { UsageError } from "./invocation.js";

/** How a Droplet is selected. */
export type DropletName = { readonly id: number } | { readonly name: string };

const KINDS = Object.values(POLICY_PROPERTY);
/** DigitalOcean's own rule for tags. */
const TAG = /^[A-Za-z0-9:_-]{1,255}$/;

/** `destroy`, or `volumes=keep`; a later one wins. Kinds not named are kept. */
export function readPolicy(given: readonly string[]): ResolvedPolicy {
    let policy: Partial<Record<(typeof KINDS)[number] | "default", PolicyAction>> = { default: "keep" };
    for (const text of given) {
        const [left = "", right, ...more] = text.split("=");
        if (more.length > 0) {
            throw policyError(text);
        }
        const action = readAction(right ?? left, text);
        policy = { ...policy, [right === undefined ? "default" : readKind(left, text)]: action };
    }
    return resolvePolicy(policy);
}

function readAction(word: string, text: string): PolicyAction {
    const known = POLICY_ACTIONS.find((other) => other === word.trim().toLowerCase());
    if (known === undefined) {
        throw policyError(text);
    }
    return known;
}

function policyError(text: string): UsageError {
    return new UsageError(
        `--policy ${quoted(text)}: expected <action> or <kind>=<action>; actions: ${POLICY_ACTIONS.join(", ")}`,
    );
}

/** `volumeSnapshots`, `volume-snapshots` and `volume_snapshot` are the same. */
function readKind(kind: string, text: string): (typeof KINDS)[number] {
    const plain = (name: string): string =>
        name
            .toLowerCase()
            .replace(/[^a-z]/g, "")
            .replace(/s$/, "");
    const known = KINDS.find((other) => plain(other) === plain(kind));
    if (known === undefined) {
        throw new UsageError(`--policy ${quoted(text)}: the kind must be one of ${KINDS.join(", ")}`);
    }
    return known;
}

/** Prefix of a final snapshot's name. */
export function readTemplate(given: string | true): string {
    const template = given === true ? DEFAULT_TEMPLATE : given.trim();
    const failure = templateFailure(template);
    if (failure !== null) {
        throw new UsageError(`--final-snapshot ${quoted(template)}: it ${failure}`);
    }
    return template;
}

export function readTimeout(text: string): number {
    const timeoutMs = parseDuration(text);
    if (timeoutMs === null) {
        throw new UsageError(`--timeout ${quoted(text)}: expected a duration such as 90s, 15m or 1h30m`);
    }
    return timeoutMs;
}

export function readAge(option: string, text: string): number {
    const ageMs = parseAge(text);
    if (ageMs === null) {
        throw new UsageError(`${option} ${quoted(text)}: expected an age such as 12h, 7d or 4w`);
    }
    return ageMs;
}

export function readCount(option: string, text: string, least: number, most: number): number {
    const count = /^\d{1,9}$/.test(text.trim()) ? Number(text) : Number.NaN;
    if (!(count >= least && count <= most)) {
        throw new UsageError(`${option} ${quoted(text)}: expected a whole number from ${least} to ${most}`);
    }
    return count;
}

export function readTag(option: string, text: string): string {
    const tag = text.trim();
    if (!TAG.test(tag)) {
        throw new UsageError(`${option} ${quoted(text)}: a tag has letters, digits, ":", "-" and "_"`);
    }
    return tag;
}

export function readKeep(given: readonly string[]): readonly string[] {
    const entries = given.map((entry) => entry.trim());
    if (entries.includes("")) {
        throw new UsageError('--keep "": expected an id, an IP address or a name');
    }
    return [...new Set(entries)];
}

/** The fewest options that yield a policy: `--policy destroy --policy volumes=keep`. */
export function policyOptions(policy: ResolvedPolicy): string {
    const attempts = POLICY_ACTIONS.flatMap((action) => {
        const others = KINDS.filter((kind) => policy[kind] !== action);
        const given = [action, ...others.map((kind) => `${kind}=${policy[kind]}`)];
        return [given, [...given, `volumeSnapshots=${policy.volumeSnapshots}`]];
    });
    // To name volumeSnapshots is to say it of those of kept volumes too.
    const [shortest = []] = attempts
        .filter((given) => isDeepStrictEqual(readPolicy(given), policy))
        .sort((one, other) => one.length - other.length);
    return shortest.map((text) => `--policy ${text}`).join(" ");
}

/** A team id, as in `GET /v2/account`. */
export function readAccount(text: string): string {
    const account = text.trim().toLowerCase();
    if (!/^[\w:.-]{1,100}$/.test(account)) {
        throw new UsageError(`--account ${quoted(text)}: expected the UUID of a team`);
    }
    return account;
}

/** A file path. A leading dash would be another option, or standard output in other programs. */
export function readPath(option: string, text: string): string {
    if (text.trim() === "") {
        throw new UsageError(`${option} ${quoted(text)}: expected the name of a file`);
    }
    if (text.startsWith("-")) {
        throw new UsageError(
            `${option} ${quoted(text)}: expected the name of a file (${quoted(`./${text}`)} for one of that name); --json writes to standard output`,
        );
    }
    return text;
}

/** `name:12345` for a Droplet whose name is a number; any other all-digit text is an id. */
const NAME_PREFIX = "name:";
/** DigitalOcean's rule for names, with room for older ones. */
const HOSTNAME = /^[A-Za-z0-9_][\w.-]*$/;

/**
 * How a Droplet is selected: an id, or a name without its prefix. Surrounding white space, such as the carriage
 * return of a file, is not part of it.
 */
export function readDroplet(text: string): DropletName {
    const clean = text.trim();
    if (clean === "" || clean === NAME_PREFIX || /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u.test(clean)) {
        throw new UsageError(`${quoted(text)} is neither the id nor the name of a droplet`);
    }
    if (clean.startsWith(NAME_PREFIX)) {
        return { name: clean.slice(NAME_PREFIX.length) };
    }
    if (!/^\d+$/.test(clean)) {
        if (!HOSTNAME.test(clean)) {
            throw new UsageError(
                `${quoted(text)} is neither the id nor the name of a droplet: a name has letters, digits, "." and "-", and each droplet is a word of its own; for a droplet of exactly that name, give ${quoted(NAME_PREFIX + clean)}`,
            );
        }
        return { name: clean };
    }
    const id = dropletIdIn(clean);
    if (id === null) {
        throw new UsageError(
            `${quoted(text)} is not the id of a droplet; for a droplet of that name, give ${NAME_PREFIX}${clean}`,
        );
    }
    return { id };
}

/** A Droplet's id; null if the text is not one. */
function dropletIdIn(text: string): number | null {
    const id = /^[1-9]\d{0,15}$/.test(text) ? Number(text) : Number.NaN;
    return Number.isSafeInteger(id) ? id : null;
}

function quoted(text: string): string {
    return JSON.stringify(text);
}

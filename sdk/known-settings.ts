import * as pulumi from "@pulumi/pulumi";
import { ProgramError } from "./program-error.js";
import type { DropletTeardownArgs, DropletTeardownSettings, TeardownOptions } from "./teardown-args.js";
import type { DropletRule, WholeProgramSettings } from "./whole-program-settings.js";

type NamesOf<Settings> = Readonly<Record<keyof Settings, true>>;

const OPTIONS: NamesOf<TeardownOptions> = {
    ...({ keep: true, timeout: true, finalSnapshot: true } as const),
    ...({ retries: true, ttl: true, token: true } as const),
};
const SETTINGS: NamesOf<DropletTeardownSettings> = { policy: true, ...OPTIONS, enabled: true };
const ARGUMENTS: NamesOf<DropletTeardownArgs> = {
    ...{ dropletId: true, policy: true },
    ...OPTIONS,
    requireTag: true,
};
const RULE: NamesOf<DropletRule> = { ...SETTINGS, handBack: true };
const ALL: NamesOf<WholeProgramSettings> = { ...SETTINGS, droplets: true };

/** Names by what they belong to. */
const KNOWN = { settings: SETTINGS, arguments: ARGUMENTS, rule: RULE, all: ALL } as const;

/** They decide what is registered, before any output is known. */
const SWITCHES = ["enabled", "handBack"];

/**
 * Refuses what the compiler refuses, for programs that it did not see: a misspelled `keep` would destroy what was to be
 * kept, and a switch that is an output would say yes here and no to the handlers.
 * @param whose what has them, as a message begins
 * @throws RunError that says what to do
 */
export function refuseUnknownSettings(whose: string, given: unknown, of: keyof typeof KNOWN): void {
    const settings = given ?? {};
    const isLate = pulumi.Output.isInstance(settings) || settings instanceof Promise;
    if (typeof settings !== "object" || isLate) {
        throw new ProgramError(
            `${whose} must be an object, known at preview: only what is inside it may be an output`,
        );
    }
    const entries = Object.entries(settings).filter(([, value]) => value !== undefined && value !== null);
    const names = Object.keys(KNOWN[of]);
    const unknown = entries.map(([name]) => name).filter((name) => !names.includes(name));
    if (unknown.length > 0) {
        throw new ProgramError(`${whose} has no ${unknown.join(", ")}: it has ${names.join(", ")}`);
    }
    const odd = entries.find(([name, value]) => SWITCHES.includes(name) && typeof value !== "boolean");
    if (odd !== undefined) {
        throw new ProgramError(`${whose}: ${odd[0]} must be true or false, known at preview`);
    }
}

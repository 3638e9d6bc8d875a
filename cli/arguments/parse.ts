import { CommanderError } from "commander";
import { knownOr } from "../../provider/teardown/errors.js";
import { completionScript } from "./completion.js";
import { configured, type LoadedConfig } from "./configured.js";
import {
    type AgeSelector,
    type DestroyInvocation,
    type Guards,
    type Invocation,
    OUTPUT_FORMATS,
    type OutputFormat,
    type ReportOptions,
    SHELLS,
    type DropletSelector,
    type Terms,
    type TimeLimits,
    UsageError,
    type Wanted,
} from "./invocation.js";
import {
    readAccount,
    readAge,
    readCount,
    readDroplet,
    readKeep,
    readPath,
    readPolicy,
    readTag,
    readTemplate,
    readTimeout,
} from "./option-values.js";
import { createProgram, DEFAULT_RETRIES, DEFAULT_TIMEOUT, type TypedOptions } from "./program.js";
import { type Named, named } from "../files.js";
import type { CliRuntime } from "../runtime.js";

const MAX_RETRIES = 100;
const MAX_DROPLETS = 1_000_000;

/** A command as typed, or nothing more to do: help, version or a usage error was printed. */
export type Parsed =
    | {
          readonly kind: "typed";
          readonly command: Invocation["command"];
          readonly args: readonly string[];
          readonly options: TypedOptions;
      }
    | { readonly kind: "printed" }
    | Wrong;

/** A command line that is not valid. */
export interface Wrong {
    readonly kind: "wrong";
    readonly error: UsageError;
    readonly reporting: ReportOptions;
    /** Its other files. */
    readonly others: readonly Named[];
}

/** Reads a command line (without the interpreter and the script). */
export function parse(
    argv: readonly string[],
    { version, stdout, stderr }: Pick<CliRuntime, "version" | "stdout" | "stderr">,
): Parsed {
    let parsed: Parsed = { kind: "printed" };
    const program = createProgram((command, args, options) => {
        if (command === "completion") {
            stdout.write(completionScript(program, SHELLS.find((shell) => shell === args[0]) ?? "bash"));
        } else {
            parsed = { kind: "typed", command, args, options };
        }
    }, version);
    for (const command of [program, ...program.commands]) {
        const own = command === program ? "" : `${command.name()} `;
        command.exitOverride().showHelpAfterError(`(${program.name()} ${own}--help shows how)`);
        command.configureOutput({
            writeOut: (text) => stdout.write(text),
            writeErr: (text) => stderr.write(text),
            getOutHasColors: () => false,
            getErrHasColors: () => false,
        });
    }
    try {
        program.parse(argv, { from: "user" });
        return parsed;
    } catch (thrown) {
        return knownOr(thrown, CommanderError, ({ exitCode, message }) =>
            exitCode === 0
                ? { kind: "printed" }
                : { kind: "wrong", error: new UsageError(message), ...reportOptionsIn(argv) },
        );
    }
}

/** The path that `--config` gives; null: none. */
export function configPath({ config }: TypedOptions): string | null {
    return parsePath("--config", config);
}

/**
 * What a command is to do.
 * @param loaded the file of `--config`; null: none
 * @throws UsageError for a value that is not valid, or options that do not go together
 */
export function toInvocation(
    { command, args, options: typed }: Extract<Parsed, { kind: "typed" }>,
    loaded: LoadedConfig | null,
): Invocation {
    const own = loaded === null ? null : configured(args, typed, loaded);
    const { options = typed, policies = [] } = own ?? {};
    const config = own?.use ?? null;
    const common = {
        reporting: parseReporting(options),
        limits: parseLimits(options),
        guards: parseGuards(options),
        config,
    };
    switch (command) {
        case "plan":
            return {
                ...common,
                command,
                ...parseWanted(args, options, policies),
                out: parsePath("--out", options.out),
            };
        case "destroy":
            return {
                ...common,
                command,
                what: parseWhat(args, options, policies, typed),
                limits: { ...common.limits, retries: parseRetries(options) },
                consent: parseConsent(options, config?.hasPolicies === true),
            };
        case "status":
            return { ...common, command, dropletId: onlyId(args), wait: options.wait === true };
        case "orphans":
            return {
                ...common,
                command,
                olderThanMs: parseOlderThan(options),
                keep: readKeep(options.keep ?? []),
                failIfAny: options.failIfAny === true,
            };
    }
}

function parseWhat(
    args: readonly string[],
    all: TypedOptions,
    policies: Terms["policies"],
    options: TypedOptions,
): DestroyInvocation["what"] {
    if (options.plan === undefined) {
        return parseWanted(args, all, policies);
    }
    const others: readonly (readonly [string, boolean])[] = [
        ["droplets", args.length > 0],
        ["--tag-name", options.tagName !== undefined],
        ["--expired", options.expired === true],
        ["--older-than", options.olderThan !== undefined],
        ["--include-stacks", options.includeStacks === true],
        ["--config", options.config !== undefined],
        ["--policy", options.policy !== undefined],
        ["--keep", options.keep !== undefined],
        ["--require-tag", options.requireTag !== undefined],
        ["--final-snapshot", options.finalSnapshot !== undefined],
    ];
    const given = others.filter(([, isGiven]) => isGiven).map(([name]) => name);
    if (given.length > 0) {
        throw new UsageError(`--plan cannot be combined with ${given.join(", ")}`);
    }
    return { planFile: readPath("--plan", options.plan) };
}

function parseWanted(args: readonly string[], options: TypedOptions, policies: Terms["policies"]): Wanted {
    return { targets: parseTargets(args, options), terms: { ...parseTerms(options), policies } };
}

function parseTargets(named: readonly string[], options: TypedOptions): DropletSelector {
    const { tagName } = options;
    if (named.length > 0 && tagName !== undefined) {
        throw new UsageError("pass droplets or --tag-name, not both");
    }
    if (named.length === 0 && tagName === undefined) {
        throw new UsageError("no droplets given: pass ids or names, or --tag-name");
    }
    named.forEach(readDroplet);
    return {
        named: [...new Set(named.map((name) => name.trim()))],
        tagName: tagName === undefined ? null : readTag("--tag-name", tagName),
        age: parseAge(options),
    };
}

/** Only a tag keeps a sweep to what somebody meant to be swept. */
function parseAge({ tagName, expired, olderThan, includeStacks }: TypedOptions): AgeSelector | null {
    const selects = expired === true || olderThan !== undefined;
    if (selects && tagName === undefined) {
        const option = expired === true ? "--expired" : "--older-than";
        throw new UsageError(`${option} selects among the droplets with a tag: give --tag-name with it`);
    }
    if (includeStacks === true && !selects) {
        throw new UsageError(
            "--include-stacks is for --expired and --older-than; without them nothing is left out",
        );
    }
    return selects
        ? {
              expired: expired === true,
              olderThanMs: parseOlderThan({ olderThan }),
              includeStacks: includeStacks === true,
              asOfMs: null,
          }
        : null;
}

function parseOlderThan({ olderThan }: TypedOptions): number | null {
    return olderThan === undefined ? null : readAge("--older-than", olderThan);
}

function parseTerms({ policy, keep, requireTag, finalSnapshot }: TypedOptions): Omit<Terms, "policies"> {
    return {
        policy: readPolicy(policy ?? []),
        keep: readKeep(keep ?? []),
        requireTags: [...new Set((requireTag ?? []).map((tag) => readTag("--require-tag", tag)))],
        finalSnapshot: finalSnapshot === undefined ? null : readTemplate(finalSnapshot),
    };
}

function parseLimits({ timeout = DEFAULT_TIMEOUT }: TypedOptions): TimeLimits {
    return { timeoutMs: readTimeout(timeout) };
}

function parseRetries({ retries = DEFAULT_RETRIES }: TypedOptions): number {
    return readCount("--retries", retries, 0, MAX_RETRIES);
}

function parseConsent({ yes, policy, maxDroplets }: TypedOptions, hasPolicies: boolean) {
    return {
        yes: yes === true,
        policyGiven: policy !== undefined || hasPolicies,
        maxDroplets:
            maxDroplets === undefined ? null : readCount("--max-droplets", maxDroplets, 1, MAX_DROPLETS),
    };
}

function onlyId([id = ""]: readonly string[]): number {
    const droplet = readDroplet(id);
    if (!("id" in droplet)) {
        throw new UsageError(
            `${JSON.stringify(id)} is not the id of a droplet: a droplet that is gone has no name`,
        );
    }
    return droplet.id;
}

function parseReporting({ json, output, report, summary }: TypedOptions): ReportOptions {
    return {
        output: json === true ? "json" : parseFormat(output),
        report: parsePath("--report", report),
        summary: parsePath("--summary", summary),
    };
}

function parseFormat(output: string | undefined): OutputFormat {
    return OUTPUT_FORMATS.find((format) => format === output) ?? "text";
}

function parseGuards({ account, requireMatch }: TypedOptions): Guards {
    return {
        account: account === undefined ? null : readAccount(account),
        requireMatch: requireMatch === true,
    };
}

function parsePath(option: string, path: string | undefined): string | null {
    return path === undefined ? null : readPath(option, path);
}

/** An invalid command line still says where to write its report, and which files that must not be. */
export function reportOptionsIn(argv: readonly string[]): Pick<Wrong, "reporting" | "others"> {
    const findValue = (option: string): string | null => {
        const at = argv.findIndex((arg) => arg === option || arg.startsWith(`${option}=`));
        const [, attached] = argv[at]?.split(/=(.*)/s) ?? [];
        const value = attached ?? argv[at + 1] ?? "";
        return at === -1 || value === "" || value.startsWith("-") ? null : value;
    };
    const others = ["--plan", "--out", "--config"].flatMap((option) => named(option, findValue(option)));
    const free = (path: string | null): string | null =>
        others.some((other) => other.path === path) ? null : path;
    return {
        others,
        reporting: {
            output: argv.includes("--json") ? "json" : parseFormat(findValue("--output") ?? undefined),
            report: free(findValue("--report")),
            summary: free(findValue("--summary")),
        },
    };
}

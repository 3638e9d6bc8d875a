import { Argument, Command, InvalidArgumentError, Option } from "commander";
import { commandHelp, PROGRAM_HELP, PROGRAM_NAME } from "./help.js";
import { type Invocation, OUTPUT_FORMATS, SHELLS } from "./invocation.js";

type CommandName = Invocation["command"] | "completion";

/** Receives a command's arguments and options as typed. */
type Typed = (command: CommandName, args: readonly string[], options: TypedOptions) => void;

/** The options of all commands. An option that is not given is absent. */
export interface TypedOptions {
    readonly tagName?: string;
    readonly account?: string;
    readonly requireMatch?: boolean;
    readonly failIfAny?: boolean;
    readonly policy?: string[];
    readonly keep?: string[];
    readonly requireTag?: string[];
    readonly finalSnapshot?: string | true;
    readonly timeout?: string;
    readonly retries?: string;
    readonly out?: string;
    readonly plan?: string;
    readonly yes?: boolean;
    readonly maxDroplets?: string;
    readonly wait?: boolean;
    readonly olderThan?: string;
    readonly expired?: boolean;
    readonly includeStacks?: boolean;
    readonly config?: string;
    readonly json?: boolean;
    readonly output?: string;
    readonly report?: string;
    readonly summary?: string;
}

export const DEFAULT_RETRIES = "3";
export const DEFAULT_TIMEOUT = "15m";

const FOR_EACH = "how long to wait for each droplet";

/** Defines the command line. The caller configures where commander writes help and errors. */
export function createProgram(typed: Typed, version = "0.0.0"): Command {
    const program = new Command(PROGRAM_NAME)
        .description(
            "Destroys DigitalOcean droplets with their associated resources, and reports what stays and what it costs.",
        )
        .version(version, "-v, --version")
        .helpCommand("help [command]", "show help for a command")
        .addHelpText("after", PROGRAM_HELP);
    const command = (name: CommandName, description: string): Command => {
        const made = program.command(name).description(description).addHelpText("after", commandHelp(name));
        return made.action((...given: unknown[]) => {
            const args = made.processedArgs.flat().filter((arg): arg is string => typeof arg === "string");
            const options = Object.entries(given.at(-2) as object).filter(
                ([option]) => made.getOptionValueSource(option) !== "default",
            );
            typed(name, args, Object.fromEntries(options));
        });
    };
    definePlan(command("plan", "Shows what would be destroyed, kept or refused, with costs."));
    defineDestroy(
        command(
            "destroy",
            "Destroys droplets with their associated resources and waits until they are gone.",
        ),
    );
    defineStatus(command("status", "Shows the status of a droplet's destroy."));
    defineOrphans(
        command("orphans", "Lists snapshots, volumes and reserved IPs that no longer belong to a droplet."),
    );
    command("completion", "Prints a script that completes commands and options in a shell.").addArgument(
        new Argument("<shell>", "the shell").choices(SHELLS),
    );
    return program;
}

function definePlan(command: Command): void {
    withWanted(command).addOption(single("--out <file>", "save the plan, protected by a digest"));
    withMatch(command);
    withTimeout(command, FOR_EACH);
    withReports(command);
}

function defineDestroy(command: Command): void {
    withWanted(command)
        .addOption(single("--plan <file>", "destroy exactly what a saved plan lists"))
        .option("--yes", "skip the confirmation (requires --policy or --plan)")
        .addOption(single("--max-droplets <n>", "refuse if more than n droplets are selected"));
    withMatch(command);
    withTimeout(command, FOR_EACH).addOption(
        single("--retries <n>", "additional rounds for what failed", DEFAULT_RETRIES),
    );
    withReports(command);
}

function defineStatus(command: Command): void {
    command
        .argument("<id>", "id of the droplet")
        .option("--wait", "wait until the destroy is finished; 60 s for one to show");
    withTimeout(withAccount(command));
    withReports(command);
}

function defineOrphans(command: Command): void {
    command.addOption(single("--older-than <age>", "list only what is known to be older: 12h, 7d, 4w"));
    withKeep(command).option("--fail-if-any", "exit 3 if an orphan is listed");
    withTimeout(withAccount(command));
    withReports(command);
}

/** An option that may be given only once: commander would silently drop the first of two values. */
function single(flags: string, description: string, byDefault?: string): Option {
    const option = new Option(flags, description);
    let given = false;
    option.argParser((value: string) => {
        if (given) {
            throw new InvalidArgumentError("may be given only once.");
        }
        given = true;
        return value;
    });
    return byDefault === undefined ? option : option.default(byDefault);
}

/** An option that may be given several times. */
function several(flags: string, description: string): Option {
    const collect = (value: string, before: string[] | undefined): string[] => [...(before ?? []), value];
    return new Option(flags, description).argParser(collect);
}

/** Which Droplets, and the settings for each. */
function withWanted(command: Command): Command {
    command
        .argument("[droplets...]", "droplet ids or names; name:12345 for a name that is all digits")
        .addOption(single("--tag-name <tag>", "select every droplet with the tag, instead of ids and names"))
        .option("--expired", "with --tag-name: only those whose tag teardown-until-<unix seconds> is past")
        .addOption(
            single("--older-than <age>", "with --tag-name: only those created longer ago: 12h, 7d, 4w"),
        )
        .option("--include-stacks", "with --expired, --older-than: also those of Pulumi stacks")
        .addOption(
            single(
                "--config <file>",
                "read policies, what is kept, limits and guards from a YAML or JSON file; options of the command line win",
            ),
        )
        .addOption(
            several(
                "--policy <policy>",
                "destroy, keep or prevent; for one kind, volumes=keep, likewise snapshots, volumeSnapshots, " +
                    "reservedIps; repeatable (kinds not named are kept)",
            ),
        );
    return withKeep(command)
        .addOption(several("--require-tag <tag>", "refuse a droplet without the tag; repeatable"))
        .option(
            "--final-snapshot [name]",
            "take a snapshot first and keep it; its name starts with [name] (default {name}-{date})",
        );
}

function withKeep(command: Command): Command {
    return command.addOption(
        several(
            "--keep <entry>",
            "keep the resource with this id, IP address or name (* and ? are wildcards); repeatable",
        ),
    );
}

function withMatch(command: Command): Command {
    return withAccount(command).option(
        "--require-match",
        "refuse if a name, an id or the tag matches no droplet",
    );
}

function withAccount(command: Command): Command {
    return command.addOption(
        single("--account <uuid>", "refuse a token of any team but this one (team UUID)"),
    );
}

function withTimeout(command: Command, what = "how long to wait"): Command {
    return command.addOption(single("--timeout <duration>", `${what}: 90s, 15m, 1h30m`, DEFAULT_TIMEOUT));
}

function withReports(command: Command): Command {
    return command
        .addOption(
            new Option(
                "--output <format>",
                "what standard output gets: text, json or markdown (default text)",
            )
                .choices(OUTPUT_FORMATS)
                .conflicts("json"),
        )
        .option("--json", "the same as --output json")
        .addOption(single("--report <file>", "write the report as JSON to a file, whatever happens"))
        .addOption(
            single("--summary <file>", "append the report as Markdown, for example to $GITHUB_STEP_SUMMARY"),
        );
}

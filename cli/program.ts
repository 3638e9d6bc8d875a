import { Command, InvalidArgumentError, Option } from "commander";

/** The help of a command besides its options. */
export interface Help {
    readonly examples: readonly (readonly [command: string, does: string])[];
    readonly notes?: string;
}

/** Receives a command's arguments and options as typed. */
export type Typed = (command: string, args: readonly string[], options: TypedOptions) => void;

/** The options of all commands. An option that is not given and has no default is absent. */
export interface TypedOptions {
    readonly tagName?: string;
    readonly account?: string;
    readonly requireMatch?: boolean;
    readonly failIfAny?: boolean;
    readonly policy?: string[];
    readonly keep?: string[];
    readonly requireTag?: string[];
    readonly finalSnapshot?: string | true;
    readonly timeout: string;
    readonly retries?: string;
    readonly out?: string;
    readonly plan?: string;
    readonly yes?: boolean;
    readonly maxDroplets?: string;
    readonly wait?: boolean;
    readonly olderThan?: string;
    readonly json?: boolean;
    readonly report?: string;
    readonly summary?: string;
}

export const PROGRAM_NAME = "droplet-teardown";

const ENVIRONMENT = `
The token comes from DIGITALOCEAN_TOKEN or DIGITALOCEAN_ACCESS_TOKEN only.
DIGITALOCEAN_API_URL replaces the public API endpoint.

Exit codes
  0  everything selected for destruction is gone, or nothing visible to this token matched
  1  unexpected error
  2  invalid command line
  3  some resources could not be destroyed
  4  timed out or interrupted; destroys in progress continue at DigitalOcean
  5  refused: a guard, the policy, no confirmation, a plan that grew, an ambiguous name, no match
  6  no token, a token that is rejected, or a token that lacks a required scope
For several droplets, the exit code is the first that applies of 1, 6, 5, 4, 3.`;

export const HELP: Readonly<Record<string, Help>> = {
    plan: {
        examples: [
            ["plan web-1", "shows what would stay if only the droplet were destroyed"],
            [
                "plan web-1 --policy destroy --policy volumes=keep",
                "destroys everything that belongs to the droplet except volumes",
            ],
            [
                "plan --tag-name preview-42 --policy destroy --out plan.json",
                "saves the plan for `destroy --plan`",
            ],
        ],
    },
    destroy: {
        examples: [
            ["destroy web-1 --policy destroy --keep pg-data", "asks for confirmation, on a terminal"],
            [
                "destroy 3164494 --yes --policy destroy --report report.json",
                "destroys unattended, in a pipeline",
            ],
            [
                "destroy --tag-name preview-42 --yes --policy destroy --max-droplets 3",
                "destroys every droplet with the tag",
            ],
            ["destroy web-1 --policy destroy --final-snapshot", "takes a snapshot first and keeps it"],
            ["destroy --plan plan.json --yes", "destroys exactly what was planned"],
        ],
        notes:
            "On a terminal, destroy shows the plan and asks you to type the droplet's name. " +
            "Unattended, --yes requires --policy or --plan, and with --tag-name also --max-droplets. " +
            "With --yes --policy, each droplet is planned, announced and destroyed in one pass, and a refusal " +
            "stops only the droplet it concerns. A --keep without * or ? must match somewhere before the first destroy. " +
            "To resume, run the command again by id: it attaches to a running destroy and never starts a second one. " +
            "A tag or a name no longer matches once the droplet is gone, so the ids are printed. " +
            "Droplets that gain the tag during the run are reported at the end and left alone. " +
            "--timeout starts when a droplet's own teardown begins; time spent waiting for other droplets does not " +
            "count. " +
            "--final-snapshot takes a snapshot of each droplet after all checks pass and before anything of the " +
            "droplet is destroyed, waits for the snapshot and keeps it. If the snapshot fails, nothing of that droplet is " +
            "destroyed. The snapshot's name ends in -final-<id>; a resumed run takes no second one, and no run " +
            "destroys it. The snapshot counts towards --timeout and needs the scope droplet:update. Put " +
            "--final-snapshot last or write --final-snapshot=<name>: a word that follows it is taken as the name. " +
            "The first SIGINT or SIGTERM stops waiting and writes the report; the second ends the process.",
    },
    status: {
        examples: [
            ["status 3164494", "shows the destroy as DigitalOcean reports it"],
            ["status 3164494 --wait --timeout 30m", "waits until the destroy is finished"],
        ],
        notes:
            "Exits 0 only if the droplet is verified to be gone. Exits 5 if DigitalOcean reports no destroy, " +
            "whether the droplet exists or is not visible to this token.",
    },
    orphans: {
        examples: [
            ["orphans", "lists everything that no longer belongs to a droplet"],
            ["orphans --older-than 7d --json", "lists only what is known to be older"],
        ],
        notes:
            "orphans only lists. Golden images and volumes kept on purpose look like orphans: check before you " +
            "delete, and exclude them with --keep. --older-than omits younger resources and those of unknown age, " +
            "such as reserved IPs; the output says how many it omits. If the token cannot read a resource kind, " +
            "that kind is reported, the others are listed, and the exit code is 6. " +
            "Costs are estimates from sizes and DigitalOcean's price list.",
    },
};

/** Defines the command line. The caller configures where commander writes help and errors. */
export function createProgram(typed: Typed, version = "0.0.0"): Command {
    const program = new Command(PROGRAM_NAME)
        .description(
            "Destroys DigitalOcean droplets with their associated resources, and reports what stays and what it costs.",
        )
        .version(version, "-v, --version")
        .helpCommand("help [command]", "show help for a command")
        .addHelpText("after", ENVIRONMENT);
    const command = (name: string, description: string): Command => {
        const made = program.command(name).description(description).addHelpText("after", helpOf(name));
        return made.action((...given: unknown[]) => {
            const args = made.processedArgs.flat().filter((arg): arg is string => typeof arg === "string");
            typed(name, args, given.at(-2) as TypedOptions);
        });
    };
    definePlan(command("plan", "Shows what would be destroyed, kept or refused, with costs."));
    defineDestroy(command("destroy", "Plans, announces, destroys, waits, verifies and reports."));
    defineStatus(command("status", "Shows the status of a droplet's destroy."));
    defineOrphans(
        command("orphans", "Lists snapshots, volumes and reserved IPs that no longer belong to a droplet."),
    );
    return program;
}

function definePlan(command: Command): void {
    withTargets(command);
    withTerms(command).addOption(single("--out <file>", "save the plan, protected by a digest"));
    withMatch(command);
    withLimits(command);
    withReports(command);
}

function defineDestroy(command: Command): void {
    withTargets(command);
    withTerms(command)
        .addOption(single("--plan <file>", "destroy exactly what a saved plan lists"))
        .option("--yes", "skip the confirmation (requires --policy or --plan)")
        .addOption(single("--max-droplets <n>", "refuse if more than n droplets are selected"));
    withMatch(command);
    withLimits(command);
    withReports(command);
}

function defineStatus(command: Command): void {
    command.argument("<id>", "id of the droplet").option("--wait", "wait until the destroy is finished");
    withTimeout(withAccount(command));
    withReports(command);
}

function defineOrphans(command: Command): void {
    command.addOption(single("--older-than <age>", "list only what is known to be older: 12h, 7d, 4w"));
    withKeep(command).option("--fail-if-any", "exit 3 if an orphan is listed");
    withTimeout(withAccount(command));
    withReports(command);
}

function helpOf(name: string): string {
    const { examples, notes } = HELP[name] ?? { examples: [] };
    const lines = examples.map(([example, does]) => `  $ ${PROGRAM_NAME} ${example}\n      ${does}`);
    return ["", ...(notes === undefined ? [] : [wrapped(notes), ""]), "Examples", ...lines].join("\n");
}

/** Wraps text to the width of commander's own help. */
function wrapped(text: string): string {
    return text.replace(/(?=.{81})(.{1,80})\s/g, "$1\n");
}

function collect(value: string, before: string[] | undefined): string[] {
    return [...(before ?? []), value];
}

/** An option that may be given only once: commander would silently drop the first of two values. */
function single(flags: string, description: string, byDefault?: string): Option {
    const option = new Option(flags, description);
    let given = false;
    option.argParser((value: string) => {
        if (given) {
            throw new InvalidArgumentError("it is given twice.");
        }
        given = true;
        return value;
    });
    return byDefault === undefined ? option : option.default(byDefault);
}

function withTargets(command: Command): Command {
    return command
        .argument("[droplets...]", "droplet ids or names; name:12345 for a name that is all digits")
        .addOption(single("--tag-name <tag>", "select every droplet with the tag, instead of ids and names"));
}

function withTerms(command: Command): Command {
    command.addOption(
        new Option(
            "--policy <policy>",
            "destroy, keep or prevent; for one kind, volumes=keep, likewise snapshots, volumeSnapshots, " +
                "reservedIps; repeatable (kinds not named are kept)",
        ).argParser(collect),
    );
    return withKeep(command)
        .addOption(
            new Option("--require-tag <tag>", "refuse a droplet without the tag; repeatable").argParser(
                collect,
            ),
        )
        .option(
            "--final-snapshot [name]",
            "take a snapshot first and keep it; its name starts with [name] (default {name}-{date})",
        );
}

function withKeep(command: Command): Command {
    return command.addOption(
        new Option(
            "--keep <entry>",
            "keep the resource with this id, IP address or name (* and ? are wildcards); repeatable",
        ).argParser(collect),
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

function withLimits(command: Command): Command {
    return withTimeout(command, "how long to wait for each droplet").addOption(
        single("--retries <n>", "additional rounds for what failed", "3"),
    );
}

function withTimeout(command: Command, what = "how long to wait"): Command {
    return command.addOption(single("--timeout <duration>", `${what}: 90s, 15m, 1h30m`, "15m"));
}

function withReports(command: Command): Command {
    return command
        .option("--json", "write the report as JSON to standard output")
        .addOption(single("--report <file>", "write the report as JSON to a file, whatever happens"))
        .addOption(
            single("--summary <file>", "append the report as Markdown, for example to $GITHUB_STEP_SUMMARY"),
        );
}

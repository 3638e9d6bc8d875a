import { Command, InvalidArgumentError, Option } from "commander";

/** What people see of a command besides its options. */
export interface Help {
    readonly examples: readonly (readonly [command: string, does: string])[];
    readonly notes?: string;
}

/** Takes a command's arguments and options as they were typed. */
export type Typed = (command: string, args: readonly string[], options: TypedOptions) => void;

/** Every option of every command; absent where it was not given and has no default. */
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
The token is read from DIGITALOCEAN_TOKEN or DIGITALOCEAN_ACCESS_TOKEN, and from nowhere else.
DIGITALOCEAN_API_URL names another endpoint than the public one.

Exit codes
  0  everything that was to go is gone, or nothing matched that this token can see
  1  unexpected error
  2  the command line is wrong
  3  some resources could not be destroyed
  4  the deadline passed or it was interrupted; what runs goes on at DigitalOcean
  5  refused: a guard, the policy, no confirmation, the plan grew, an ambiguous name, no match
  6  no token, a token that is not accepted, or one without a scope that is needed
With several droplets it is the first that applies of 1, 6, 5, 4, 3.`;

export const HELP: Readonly<Record<string, Help>> = {
    plan: {
        examples: [
            ["plan web-1", "what would go if the droplet alone were destroyed, and what would stay"],
            ["plan web-1 --policy destroy --policy volumes=keep", "all that belongs to it, but no volume"],
            [
                "plan --tag-name preview-42 --policy destroy --out plan.json",
                "saves the plan for `destroy --plan`",
            ],
        ],
    },
    destroy: {
        examples: [
            ["destroy web-1 --policy destroy --keep pg-data", "asks first, on a terminal"],
            ["destroy 3164494 --yes --policy destroy --report report.json", "in a pipeline"],
            [
                "destroy --tag-name preview-42 --yes --policy destroy --max-droplets 3",
                "every droplet with a tag",
            ],
            [
                "destroy web-1 --policy destroy --final-snapshot",
                "a snapshot first, which stays when everything else goes",
            ],
            ["destroy --plan plan.json --yes", "exactly what was planned"],
        ],
        notes:
            "On a terminal the plan is shown first, and the name of the droplet has to be typed. " +
            "Unattended, --yes takes --policy or --plan with it, and with --tag-name also --max-droplets. " +
            "With --yes --policy each droplet is planned, announced and destroyed in one pass, and one that is " +
            "refused stops only itself; a --keep without * and ? is looked for everywhere before the first destroy. " +
            "Run again by id, it resumes: it attaches to what is running and never starts a second destroy. " +
            "A tag or a name finds nothing once the droplet is gone, so the ids are printed. " +
            "Droplets that gain the tag meanwhile are named at the end and left alone. " +
            "--timeout counts from when a droplet's own teardown begins; waiting for other droplets does not count. " +
            "--final-snapshot takes a snapshot of each droplet before anything of it is destroyed (after what would " +
            "refuse it), waits for it and keeps it; where it fails, nothing of that droplet is destroyed. Its name " +
            "ends in -final-<id>; a run that resumes takes no second one, and no run destroys it. It counts towards " +
            "--timeout and needs the scope droplet:update. Give it last, or as --final-snapshot=<name>: a word that " +
            "follows it is its name. " +
            "The first SIGINT or SIGTERM stops the waiting and leaves the report; the second ends the process.",
    },
    status: {
        examples: [
            ["status 3164494", "the destroy as DigitalOcean shows it"],
            ["status 3164494 --wait --timeout 30m", "until it is finished"],
        ],
        notes:
            "Exits 0 only where the droplet is proven gone, and 5 where no destroy of it is known, " +
            "whether it is there or not visible to this token.",
    },
    orphans: {
        examples: [
            ["orphans", "everything that belongs to no droplet any more"],
            ["orphans --older-than 7d --json", "only what is known to be older"],
        ],
        notes:
            "It only lists. Golden images and volumes that are kept on purpose look like orphans: check before " +
            "deleting, and name them with --keep. --older-than leaves out what is younger, and what has no age " +
            "that can be read, such as reserved IPs; how many is told. A kind that the token may not read is " +
            "named, the others are listed, and the exit code is 6. " +
            "Costs are reckoned from sizes and DigitalOcean's price list.",
    },
};

/** The command line's definition. Help and errors of commander go to the given writers. */
export function createProgram(typed: Typed, version = "0.0.0"): Command {
    const program = new Command(PROGRAM_NAME)
        .description("Makes DigitalOcean droplets go away completely, and says what stays and what it costs.")
        .version(version, "-v, --version")
        .helpCommand("help [command]", "shows the help of a command")
        .addHelpText("after", ENVIRONMENT);
    const command = (name: string, description: string): Command => {
        const made = program.command(name).description(description).addHelpText("after", helpOf(name));
        return made.action((...given: unknown[]) => {
            const args = made.processedArgs.flat().filter((arg): arg is string => typeof arg === "string");
            typed(name, args, given.at(-2) as TypedOptions);
        });
    };
    definePlan(command("plan", "Shows what would be destroyed, kept and refused, with its cost."));
    defineDestroy(command("destroy", "Plans, tells, destroys, waits, verifies and reports."));
    defineStatus(command("status", "Shows the destroy of a droplet as DigitalOcean sees it."));
    defineOrphans(
        command("orphans", "Lists snapshots, volumes and reserved IPs that belong to no droplet any more."),
    );
    return program;
}

function definePlan(command: Command): void {
    withTargets(command);
    withTerms(command).addOption(single("--out <file>", "save the plan, with a digest over all of it"));
    withMatch(command);
    withLimits(command);
    withReports(command);
}

function defineDestroy(command: Command): void {
    withTargets(command);
    withTerms(command)
        .addOption(single("--plan <file>", "destroy what a saved plan says, and nothing beyond it"))
        .option("--yes", "do not ask (with --policy or --plan)")
        .addOption(single("--max-droplets <n>", "refuse when more droplets are selected"));
    withMatch(command);
    withLimits(command);
    withReports(command);
}

function defineStatus(command: Command): void {
    command.argument("<id>", "number of the droplet").option("--wait", "wait until it is finished");
    withTimeout(withAccount(command));
    withReports(command);
}

function defineOrphans(command: Command): void {
    command.addOption(single("--older-than <age>", "only what is known to be older: 12h, 7d, 4w"));
    withKeep(command).option("--fail-if-any", "exit 3 where an orphan is listed");
    withTimeout(withAccount(command));
    withReports(command);
}

function helpOf(name: string): string {
    const { examples, notes } = HELP[name] ?? { examples: [] };
    const lines = examples.map(([example, does]) => `  $ ${PROGRAM_NAME} ${example}\n      ${does}`);
    return ["", ...(notes === undefined ? [] : [wrapped(notes), ""]), "Examples", ...lines].join("\n");
}

/** Sentences on lines of the width that commander's own help has. */
function wrapped(text: string): string {
    return text.replace(/(?=.{81})(.{1,80})\s/g, "$1\n");
}

function collect(value: string, before: string[] | undefined): string[] {
    return [...(before ?? []), value];
}

/** An option that is given once: of two values, one would be dropped in silence. */
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
        .argument("[droplets...]", "ids or names of droplets; name:12345 for a name of digits only")
        .addOption(
            single("--tag-name <tag>", "every droplet that carries the tag, instead of ids and names"),
        );
}

function withTerms(command: Command): Command {
    command.addOption(
        new Option(
            "--policy <policy>",
            "destroy, keep or prevent; for one kind volumes=keep, likewise snapshots, volumeSnapshots, " +
                "reservedIps; repeatable (what is not named is kept)",
        ).argParser(collect),
    );
    return withKeep(command)
        .addOption(
            new Option(
                "--require-tag <tag>",
                "refuse a droplet that does not carry the tag; repeatable",
            ).argParser(collect),
        )
        .option(
            "--final-snapshot [name]",
            "take a snapshot first, and keep it; its name begins with this ({name}-{date} unless given)",
        );
}

function withKeep(command: Command): Command {
    return command.addOption(
        new Option(
            "--keep <entry>",
            "an id, an IP address or a name (* and ? stand for any characters) that stays; repeatable",
        ).argParser(collect),
    );
}

function withMatch(command: Command): Command {
    return withAccount(command).option(
        "--require-match",
        "refuse where a name, an id or the tag matches no droplet",
    );
}

function withAccount(command: Command): Command {
    return command.addOption(single("--account <uuid>", "refuse a token of another team"));
}

function withLimits(command: Command): Command {
    return withTimeout(command, "how long to wait for each droplet").addOption(
        single("--retries <n>", "rounds after the first for what failed", "3"),
    );
}

function withTimeout(command: Command, what = "how long to wait"): Command {
    return command.addOption(single("--timeout <duration>", `${what}: 90s, 15m, 1h30m`, "15m"));
}

function withReports(command: Command): Command {
    return command
        .option("--json", "the report as JSON on standard output")
        .addOption(single("--report <file>", "the report as JSON in a file, written whatever happens"))
        .addOption(
            single("--summary <file>", "append the report as Markdown, for example to $GITHUB_STEP_SUMMARY"),
        );
}

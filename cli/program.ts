import { Command, Option } from "commander";

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
    readonly policy?: string[];
    readonly keep?: string[];
    readonly requireTag?: string;
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
  0  everything that was to go is gone, or there was nothing to do
  1  unexpected error
  2  the command line is wrong
  3  some resources could not be destroyed
  4  the deadline passed or it was interrupted; what runs goes on at DigitalOcean
  5  refused: a guard, the policy, no confirmation, the plan grew, or an ambiguous name
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
            ["destroy --plan plan.json --yes", "exactly what was planned"],
        ],
        notes:
            "The plan is shown first. Without --yes, the name of the droplet has to be typed on a terminal. " +
            "Unattended, --yes takes --policy or --plan with it, and with --tag-name also --max-droplets. " +
            "Run again, it resumes: it attaches to what is running and never starts a second destroy. " +
            "Droplets that gain the tag meanwhile are named at the end and left alone. " +
            "--timeout counts from when a droplet's own teardown begins; waiting for other droplets does not count. " +
            "The first SIGINT or SIGTERM stops the waiting and leaves the report; the second ends the process.",
    },
    status: {
        examples: [
            ["status 3164494", "the destroy as DigitalOcean shows it"],
            ["status 3164494 --wait --timeout 30m", "until it is finished"],
        ],
        notes: "Exits 0 only where the droplet is gone, and 5 where it is there and no destroy of it is known.",
    },
    orphans: {
        examples: [
            ["orphans", "everything that belongs to no droplet any more"],
            ["orphans --older-than 7d --json", "only what is known to be older"],
        ],
        notes:
            "It only lists. What has no age that can be read is left out with --older-than: " +
            "reserved IPs have none. Costs are reckoned from sizes and DigitalOcean's price list.",
    },
};

/** The command line's definition. Help and errors of commander go to the given writers. */
export function createProgram(typed: Typed, version = "0.0.0"): Command {
    const program = new Command(PROGRAM_NAME)
        .description("Makes DigitalOcean droplets go away completely, and says what stays and what it costs.")
        .version(version)
        .helpCommand(false)
        .addHelpText("after", ENVIRONMENT);
    const command = (name: string, description: string): Command => {
        const made = program.command(name).description(description).addHelpText("after", helpOf(name));
        return made.action((...given: unknown[]) => {
            const args = made.processedArgs.flat().filter((arg): arg is string => typeof arg === "string");
            typed(name, args, given.at(-2) as TypedOptions);
        });
    };
    withReports(
        withLimits(
            withTerms(
                withTargets(
                    command("plan", "Shows what would be destroyed, kept and refused, with its cost."),
                ),
            ).option("--out <file>", "save the plan, with a digest over what it destroys"),
        ),
    );
    withReports(
        withLimits(
            withTerms(
                withTargets(
                    command("destroy", "Shows the plan, asks, destroys, waits, verifies and reports."),
                ),
            )
                .option("--plan <file>", "destroy what a saved plan says, and nothing beyond it")
                .option("--yes", "do not ask (with --policy or --plan)")
                .option("--max-droplets <n>", "refuse when more droplets are selected"),
        ),
    );
    withReports(
        withTimeout(
            command("status", "Shows the destroy of a droplet as DigitalOcean sees it.")
                .argument("<id>", "number of the droplet")
                .option("--wait", "wait until it is finished"),
        ),
    );
    withReports(
        withTimeout(
            command(
                "orphans",
                "Lists snapshots, volumes and reserved IPs that belong to no droplet any more.",
            ).option("--older-than <age>", "only what is known to be older: 12h, 7d, 4w"),
        ),
    );
    return program;
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

function withTargets(command: Command): Command {
    return command
        .argument("[droplets...]", "ids or names of droplets")
        .option("--tag-name <tag>", "every droplet that carries the tag, instead of ids and names");
}

function withTerms(command: Command): Command {
    const collect = (value: string, before: string[] | undefined): string[] => [...(before ?? []), value];
    return command
        .addOption(
            new Option(
                "--policy <policy>",
                "destroy, keep or prevent; for one kind volumes=keep, likewise snapshots, volumeSnapshots, " +
                    "reservedIps; repeatable (what is not named is kept)",
            ).argParser(collect),
        )
        .addOption(
            new Option(
                "--keep <entry>",
                "an id, an IP address or a name (* and ? stand for any characters) that stays; repeatable",
            ).argParser(collect),
        )
        .option("--require-tag <tag>", "refuse a droplet that does not carry the tag");
}

function withLimits(command: Command): Command {
    return withTimeout(command, "how long to wait for each droplet").option(
        "--retries <n>",
        "rounds after the first for what failed",
        "3",
    );
}

function withTimeout(command: Command, what = "how long to wait"): Command {
    return command.option("--timeout <duration>", `${what}: 90s, 15m, 1h30m`, "15m");
}

function withReports(command: Command): Command {
    return command
        .option("--json", "the report as JSON on standard output")
        .option("--report <file>", "the report as JSON in a file, written whatever happens")
        .option("--summary <file>", "append the report as Markdown, for example to $GITHUB_STEP_SUMMARY");
}

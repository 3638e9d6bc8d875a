import { EXIT_CODES, EXIT_PRECEDENCE } from "../exit-codes.js";

/** The help of a command besides its options. */
export interface Help {
    readonly examples: readonly (readonly [command: string, does: string])[];
    readonly notes?: readonly (readonly [heading: string, text: string])[];
}

export const PROGRAM_NAME = "droplet-teardown";

const WIDTH = 80;

export const HELP: Readonly<Record<string, Help>> = {
    plan: {
        examples: [
            ["plan web-1", "shows what would stay if only the droplet were destroyed"],
            [
                "plan web-1 --policy destroy --policy volumes=keep",
                "destroys everything that belongs to the droplet except volumes",
            ],
            ["plan web-1 --config teardown.yaml", "shows which policy of the file applies"],
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
            [
                "destroy --tag-name preview --expired --yes --policy destroy --max-droplets 20",
                "destroys those whose tag teardown-until-<unix seconds> is past",
            ],
            ["destroy web-1 --policy destroy --final-snapshot", "takes a snapshot first and keeps it"],
            ["destroy --plan plan.json --yes", "destroys exactly what was planned"],
        ],
        notes: [
            [
                "Confirmation",
                "On a terminal, destroy shows the plan and asks you to type the droplet's name. " +
                    "Unattended, --yes requires --policy or --plan, and with --tag-name also --max-droplets.",
            ],
            [
                "Unattended",
                "With --yes --policy, each droplet is planned, announced and destroyed in one pass; a refusal stops " +
                    "only its droplet. A --keep without * or ? must match something first. Droplets that gain the " +
                    "tag meanwhile are reported and left alone.",
            ],
            [
                "Resuming",
                "Run the command again by id: it attaches to a running destroy and never starts a second one. A tag " +
                    "or a name no longer matches once the droplet is gone, so the ids are printed. The first SIGINT " +
                    "or SIGTERM stops waiting and writes the report; the second ends the process.",
            ],
            [
                "Timeout",
                "--timeout starts when a droplet's own teardown begins; waiting for other droplets does not count.",
            ],
            [
                "Configuration",
                "--config reads policies by name, each for the droplets that its names and tags fit; a droplet that " +
                    "none fits is left alone. What the command line says is used instead, and named; --keep and " +
                    "--require-tag add to the file. Droplets that are named replace the file's selection.",
            ],
            [
                "Expiry",
                "--expired goes by the tag teardown-until-<unix seconds> of each droplet and by DigitalOcean's " +
                    "clock, --older-than by the time of creation; with both, both must hold. Droplets that are not " +
                    "old enough, or whose age or expiry is unknown, are named and left alone. Taking the tag off, or " +
                    "putting on a later one, rescues a droplet until its destroy is submitted. A droplet of a " +
                    "Pulumi stack is refused without --include-stacks.",
            ],
            [
                "Final snapshot",
                "--final-snapshot takes a snapshot of each droplet after all checks pass, waits for it and keeps it; " +
                    "if it fails, nothing of that droplet is destroyed. Its name ends in -final-<id>: a resumed run " +
                    "takes no second one, and no run destroys it. It counts towards --timeout and needs the scope " +
                    "droplet:update. Put --final-snapshot last or write --final-snapshot=<name>: a word that " +
                    "follows it is its name.",
            ],
        ],
    },
    status: {
        examples: [
            ["status 3164494", "shows the destroy as DigitalOcean reports it"],
            ["status 3164494 --wait --timeout 30m", "waits until the destroy is finished"],
        ],
        notes: [
            [
                "Exit code",
                "0 only if the droplet is verified to be gone. 5 if DigitalOcean reports no destroy, whether the " +
                    "droplet exists or is not visible to this token.",
            ],
        ],
    },
    completion: {
        examples: [
            ["completion bash", "for ~/.bashrc, where its output is sourced"],
            ["completion zsh", "for ~/.zshrc, the same"],
            ["completion fish", "for a file in ~/.config/fish/completions"],
        ],
    },
    orphans: {
        examples: [
            ["orphans", "lists everything that no longer belongs to a droplet"],
            ["orphans --older-than 7d --json", "lists only what is known to be older"],
        ],
        notes: [
            [
                "Before you delete",
                "orphans only lists. Golden images and volumes kept on purpose look like orphans: check, and exclude " +
                    "them with --keep.",
            ],
            [
                "What the list omits",
                "--older-than omits younger resources and those of unknown age, such as reserved IPs; the output " +
                    "says how many. If the token cannot read a resource kind, that kind is reported, the others are " +
                    "listed, and the exit code is 6. Costs are estimates from sizes and DigitalOcean's price list.",
            ],
        ],
    },
};

/** What follows the help of the program. */
export const PROGRAM_HELP = `
${wrapped("The token comes from DIGITALOCEAN_TOKEN or DIGITALOCEAN_ACCESS_TOKEN only. DIGITALOCEAN_API_URL replaces the public API endpoint.")}

Exit codes
${EXIT_CODES.map(([code, meaning]) => wrapped(`  ${String(code).padEnd(3)}  ${meaning}`, 7)).join("\n")}
For several droplets, the exit code is the first that applies of ${EXIT_PRECEDENCE.join(", ")}.`;

/** What follows the help of a command. */
export function commandHelp(name: string): string {
    const { examples, notes = [] } = HELP[name] ?? { examples: [] };
    const paragraphs = notes.map(([heading, text]) => `${heading}\n${wrapped(`  ${text}`, 2)}\n`);
    const lines = examples.map(([example, does]) => `  $ ${PROGRAM_NAME} ${example}\n      ${does}`);
    return ["", ...paragraphs, "Examples", ...lines].join("\n");
}

/** Wraps text to the width of commander's own help, with an indent from the second line on. */
function wrapped(text: string, indent = 0): string {
    const lines = [""];
    for (const word of text.split(/(?<=\S) /)) {
        const line = lines.at(-1) ?? "";
        if (line !== "" && line.length + 1 + word.length > WIDTH) {
            lines.push(" ".repeat(indent) + word);
        } else {
            lines[lines.length - 1] = line === "" ? word : `${line} ${word}`;
        }
    }
    return lines.join("\n");
}

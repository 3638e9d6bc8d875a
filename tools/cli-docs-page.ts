import type { Argument, Command, Option } from "commander";

import { version } from "../provider/version.js";
import { createProgram, HELP, PROGRAM_NAME } from "../cli/program.js";
import { USES, type Use } from "./cli-scopes.js";

const HEAD = `# Command line

\`npx pulumi-droplet-teardown@${version} <command>\`, or \`${PROGRAM_NAME} <command>\` where the package is installed. It needs neither Pulumi nor a state file. This page is made from the command line's own definitions (\`npm run docs:cli\`).

Nothing is destroyed without being announced first, with id, name and cost; on a terminal and with a saved plan, nothing beyond what was shown. Progress goes to standard error, results go to standard output. A command that did not come to a good end prints how to resume, by id. Run again, it resumes: a destroy that is running is attached to, never started twice.

| variable | meaning |
|---|---|
| \`DIGITALOCEAN_TOKEN\`, else \`DIGITALOCEAN_ACCESS_TOKEN\` | the token; it is read from nowhere else |
| \`DIGITALOCEAN_API_URL\` | another endpoint than the public one: https, or http on loopback; it is named in the output |
| \`HTTPS_PROXY\`, \`NO_PROXY\` | a proxy |
| \`DROPLET_TEARDOWN_SHARE\` | the part of the token's request budget that one process takes, from 0.1 to 1; 0.8 unless it is set, which leaves the rest to others with the same token |
| \`NO_COLOR\` | no colours |
`;

const TAIL = `## Exit codes

| code | meaning |
|---|---|
| 0 | everything that was to go is gone, also when it was gone before; or nothing matched that this token can see, and the output says so |
| 1 | unexpected error |
| 2 | the command line is wrong |
| 3 | some resources could not be destroyed; with \`orphans --fail-if-any\`, there are orphans |
| 4 | the deadline passed, or it was interrupted; what runs goes on at DigitalOcean |
| 5 | refused: a guard, the policy, no confirmation, the plan grew, an ambiguous name, or no match with \`--require-match\` |
| 6 | no token, a token that is not accepted, or one without a scope that is needed |
| 130 | a second SIGINT or SIGTERM |

With several droplets it is the first that applies of 1, 6, 5, 4, 3.

## The token's scopes

| command | scopes |
|---|---|
${USES.map(scopesRow).join("\n")}

Besides, \`account:read\` names the team; \`--account\` needs it. DigitalOcean asks for \`droplet:delete\` to read the status of a destroy, which \`plan\` and \`status\` do, and for every \`:delete\` scope of \`destroy\`, whatever the policy. A command without one of these scopes fails (6), or names what it could not read.

The \`:read\` scope of a kind can be missing where its policy is \`keep\`: then it is named as not read.

## Reports

\`--report FILE\` writes JSON whatever happens: while the work is under way, after success, failure and interrupt. [\`schema/report.schema.json\`](../schema/report.schema.json) describes it; the package publishes it as \`pulumi-droplet-teardown/schema/report.schema.json\`. \`--summary FILE\` appends Markdown: what went, what stays, what it costs. \`pulumi destroy\` writes the same two, one report a line, to the files in \`DROPLET_TEARDOWN_REPORT\` and \`DROPLET_TEARDOWN_SUMMARY\`.

Costs are decimal strings in US dollars a month. \`cost\` adds up a droplet with its \`resources\`: in \`remaining\` it counts until it is proven gone. The total of all stands at the top, also where nothing matched. \`unread\` names the kinds that could not be read; with one of them \`remaining\` is a lower bound. Of \`orphans\`, \`cost.remaining\` is what those listed cost.

All files are opened before anything is destroyed. Two options that name one file are an error (2), a read-only file is not replaced, and a link stays a link.

Pipelines that use all this, and what each exit code means for them: [pipelines.md](pipelines.md).
`;

function scopesRow({ use, scopes }: Use): string {
    return `| ${use} | ${scopes.map((scope) => `\`${scope}\``).join(", ")} |`;
}

/** The page of the command line's reference, from its definitions. */
export function cliPage(): string {
    const { commands } = createProgram(() => undefined);
    return [HEAD, ...commands.map(section), TAIL].join("\n");
}

function section(command: Command): string {
    const name = command.name();
    const { examples, notes } = HELP[name] ?? { examples: [] };
    const usage = `${PROGRAM_NAME} ${name} ${command.usage()}`;
    const listing = examples.map(([example, does]) => `# ${does}\n${PROGRAM_NAME} ${example}`);
    return [
        `## ${name}`,
        command.description(),
        ...(notes === undefined ? [] : [notes]),
        `\`\`\`text\n${usage}\n\`\`\``,
        table([...command.registeredArguments.map(argumentRow), ...command.options.map(optionRow)]),
        `\`\`\`sh\n${listing.join("\n\n")}\n\`\`\`\n`,
    ].join("\n\n");
}

function argumentRow(argument: Argument): string {
    return `| \`${argument.name()}\` | | ${cell(argument.description)} |`;
}

function optionRow(option: Option): string {
    const value: unknown = option.defaultValue;
    const byDefault = typeof value === "string" ? `\`${value}\`` : "";
    return `| \`${cell(option.flags)}\` | ${byDefault} | ${cell(option.description)} |`;
}

function table(rows: readonly string[]): string {
    return ["| argument | default | meaning |", "|---|---|---|", ...rows].join("\n");
}

function cell(text: string): string {
    return text.replaceAll("|", "\\|").replaceAll("*", "\\*");
}

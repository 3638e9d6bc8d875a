import type { Argument, Command, Option } from "commander";

import { version } from "../provider/access/version.js";
import { EXIT_CODES, EXIT_PRECEDENCE } from "../cli/exit-codes.js";
import { HELP, PROGRAM_NAME } from "../cli/arguments/help.js";
import { createProgram } from "../cli/arguments/program.js";
import { USES, type Use } from "./cli-scopes.js";

const HEAD = `# Command line

Run \`npx pulumi-droplet-teardown@${version} <command>\`, or \`${PROGRAM_NAME} <command>\` if the package is installed; pipelines do [the latter](pipelines.md#exit-codes), because \`npx\` keeps signals from the command. It needs neither Pulumi nor a state file. This page is generated from the command line's own definitions (\`npm run docs:cli\`).

The command announces everything before it destroys it, with id, name and cost; on a terminal and with a saved plan, it destroys nothing beyond what it showed. Progress goes to standard error, results go to standard output. A command that fails prints how to resume: with its plan, else by id, and with the guards that it was given. Run it again to resume: it attaches to a running destroy, and never starts a second one. Every error and what to do about it: [errors.md](errors.md).

| Variable | Meaning |
|---|---|
| \`DIGITALOCEAN_TOKEN\`, else \`DIGITALOCEAN_ACCESS_TOKEN\` | the token; no option and no file can set it |
| \`DIGITALOCEAN_API_URL\` | an endpoint other than the public one: https, or http on loopback; the output names it |
| \`HTTPS_PROXY\`, \`NO_PROXY\` | a proxy |
| \`DROPLET_TEARDOWN_SHARE\` | the part of the token's request budget that one process uses, from 0.1 to 1; default 0.8, which leaves the rest to other users of the token |
| \`DROPLET_TEARDOWN_DEBUG\` | \`1\` writes a line for each request to standard error: method, path, status, milliseconds, request id, and how long it waited for the request budget; it has neither headers nor bodies, and no token |
| \`DROPLET_TEARDOWN_KEEP\` | for \`pulumi destroy\` only: while it is set, \`plan\`, \`destroy\` and \`orphans\` refuse to run; use \`--keep\` |
| \`NO_COLOR\` | no colors |
`;

const TAIL = `## Exit codes

| Code | Meaning |
|---|---|
${EXIT_CODES.map(([code, meaning]) => `| ${code} | ${prose(meaning)} |`).join("\n")}

With several Droplets, the code is the first that applies of ${EXIT_PRECEDENCE.join(", ")}.

## Token scopes

| Command | Scopes |
|---|---|
${USES.map(scopesRow).join("\n")}

In addition, \`account:read\` shows the team; \`--account\` needs it, and so does a saved plan of a Droplet that is gone without a trace. DigitalOcean requires \`droplet:delete\` to read the status of a destroy, which \`plan\` and \`status\` do, and every \`:delete\` scope for \`destroy\`, whatever the policy. Without one of these scopes a command fails (6), or names what it could not read.

A kind whose policy is \`keep\` does not need its \`:read\` scope: the report then names it as not read.

## Reports

\`--report FILE\` writes JSON whatever happens: during the run, and after success, failure or an interrupt. [\`schema/report.schema.json\`](../schema/report.schema.json) describes it; the package publishes it as \`pulumi-droplet-teardown/schema/report.schema.json\`. \`--summary FILE\` appends Markdown: what was destroyed, what stays, what it costs. \`pulumi destroy\` writes both, with one JSON report per line, to the files in \`DROPLET_TEARDOWN_REPORT\` and \`DROPLET_TEARDOWN_SUMMARY\`.

Costs are decimal strings in US dollars a month. \`cost\` is the sum for a Droplet and its \`resources\`; each counts in \`remaining\` until it is proven gone. The total is at the top, even if nothing matched. \`unread\` names the kinds that could not be read; if it names one, \`remaining\` is a lower bound. \`cost.managed\` is what other resources of the Pulumi stack manage; it is not in \`remaining\`. \`cost.unpriced\` names what stays without a known price, or is of a kind that this version does not know: it is in no sum. \`notFound\` has the names that no Droplet has, \`lateArrivals\` the Droplets that gained the tag after the plan, and \`unmatchedKeep\` of a Droplet what is to be kept and matches nothing. For \`orphans\`, \`cost.remaining\` is the cost of what is listed.

The command opens all files before it destroys anything. Two options that name one file are an error (2). A read-only file is not replaced, and a link stays a link.

Pipelines that use these, and how they react to each exit code: [pipelines.md](pipelines.md).
`;

/** Options as code, and nothing as markup. */
function prose(text: string): string {
    return text
        .replace(/--[a-z-]+(?:=<\w+>)?(?: --[a-z-]+)*/g, "`$&`")
        .replace(/-final-<id>/g, "`$&`")
        .replaceAll(" * ", " `*` ")
        .replaceAll(" ? ", " `?` ");
}

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
    const { examples, notes = [] } = HELP[name] ?? { examples: [] };
    const usage = `${PROGRAM_NAME} ${name} ${command.usage()}`;
    const listing = examples.map(([example, does]) => `# ${does}\n${PROGRAM_NAME} ${example}`);
    return [
        `## ${name}`,
        command.description(),
        ...notes.map(([heading, text]) => `**${heading}.** ${prose(text)}`),
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
    return ["| Argument | Default | Meaning |", "|---|---|---|", ...rows].join("\n");
}

function cell(text: string): string {
    return text.replaceAll("|", "\\|").replaceAll("*", "\\*");
}

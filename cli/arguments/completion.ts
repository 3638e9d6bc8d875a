import type { Command, Option } from "commander";

import type { Shell } from "./invocation.js";

/** Both names of the command. */
const PROGRAMS = ["droplet-teardown", "pulumi-droplet-teardown"] as const;

/** What a shell completes after an option or a command. */
interface Values {
    readonly kind: "none" | "any" | "file" | "words";
    /** All that it can be; none: that is not known. */
    readonly words: readonly string[];
}

interface Completed {
    readonly name: string;
    readonly description: string;
    readonly options: readonly CompletedOption[];
    /** Words that may follow: what an argument can only be. */
    readonly words: readonly string[];
}

interface CompletedOption {
    /** "--policy" */
    readonly flag: string;
    readonly description: string;
    readonly values: Values;
    readonly repeatable: boolean;
}

/** What no command defines, and each has. */
const HELP: CompletedOption = {
    flag: "--help",
    description: "display help for command",
    values: { kind: "none", words: [] },
    repeatable: false,
};

/** The script that completes commands and options in a shell, from their definitions. */
export function completionScript(program: Command, shell: Shell): string {
    const commands = program.commands.map(completed);
    switch (shell) {
        case "bash":
            return bash(commands);
        case "zsh":
            return zsh(commands);
        case "fish":
            return fish(commands);
    }
}

function completed(command: Command): Completed {
    const words = command.registeredArguments.flatMap(({ argChoices = [] }) => argChoices);
    return {
        name: command.name(),
        description: command.description(),
        options: [...command.options.map(completedOption), HELP],
        words,
    };
}

function completedOption(option: Option): CompletedOption {
    return {
        flag: option.long ?? option.flags,
        description: option.description,
        values: toValues(option),
        repeatable: option.description.includes("repeatable"),
    };
}

function toValues({ argChoices, flags, required }: Option): Values {
    if (argChoices !== undefined) {
        return { kind: "words", words: argChoices };
    }
    // A value that may be left out is not asked for: the next word may be anything.
    const given = flags.endsWith("<file>") ? "file" : "any";
    return { kind: required ? given : "none", words: [] };
}

const hasKind =
    (kind: Values["kind"]) =>
    ({ values }: CompletedOption): boolean =>
        values.kind === kind;

function bash(commands: readonly Completed[]): string {
    const options = commands.flatMap((command) => command.options);
    const joinFlags = (some: readonly CompletedOption[]): string =>
        unique(some.map(({ flag }) => flag)).join("|");
    const cases = [
        `        ${joinFlags(options.filter(hasKind("file")))}) COMPREPLY=($(compgen -f -- "$current")); return ;;`,
        ...unique(
            options
                .filter(hasKind("words"))
                .map(
                    ({ flag, values }) =>
                        `        ${flag}) _droplet_teardown_words ${values.words.join(" ")}; return ;;`,
                ),
        ),
        `        ${joinFlags(options.filter(hasKind("any")))}) return ;;`,
    ];
    const perCommand = commands.map(
        ({ name, options: own, words }) =>
            `        ${name}) _droplet_teardown_words ${[...words, ...own.map(({ flag }) => flag)].join(" ")} ;;`,
    );
    return [
        "# Completion for bash: source <(droplet-teardown completion bash)",
        "_droplet_teardown_words() {",
        `    COMPREPLY=($(IFS=" "; compgen -W "$*" -- "$current"))`,
        "}",
        "_droplet_teardown() {",
        `    local IFS=$'\\n'`,
        `    local current="\${COMP_WORDS[COMP_CWORD]}" previous="\${COMP_WORDS[COMP_CWORD-1]}"`,
        "    COMPREPLY=()",
        `    if [ "$COMP_CWORD" -eq 1 ]; then`,
        `        _droplet_teardown_words ${commands.map(({ name }) => name).join(" ")} help --help --version`,
        "        return",
        "    fi",
        `    case "$previous" in`,
        ...cases,
        "    esac",
        `    case "\${COMP_WORDS[1]}" in`,
        ...perCommand,
        `        help) _droplet_teardown_words ${commands.map(({ name }) => name).join(" ")} ;;`,
        "    esac",
        "}",
        `complete -o filenames -F _droplet_teardown ${PROGRAMS.join(" ")}`,
        "",
    ].join("\n");
}

function zsh(commands: readonly Completed[]): string {
    const inSpec = (text: string): string => text.replace(/[[\]:\\]/g, "\\$&").replaceAll("'", "'\\''");
    const action = ({ kind, words }: Values): string =>
        ({ none: "", any: ":value:", file: ":file:_files", words: `:value:(${words.join(" ")})` })[kind];
    const spec = ({ flag, description, values, repeatable }: CompletedOption): string =>
        `'${repeatable ? "*" : ""}${flag}[${inSpec(description)}]${action(values)}'`;
    return [
        `#compdef ${PROGRAMS.join(" ")}`,
        "# Completion for zsh: source <(droplet-teardown completion zsh)",
        "_droplet_teardown() {",
        "    local -a commands",
        "    commands=(",
        ...commands.map(({ name, description }) => `        '${name}:${inSpec(description)}'`),
        "        'help:show help for a command'",
        "    )",
        "    if (( CURRENT == 2 )); then",
        "        _describe command commands",
        "        return",
        "    fi",
        "    local command=${words[2]}",
        "    shift words",
        "    (( CURRENT -= 1 ))",
        "    case $command in",
        ...commands.flatMap(({ name, options, words }) => [
            `        ${name})`,
            "            _arguments \\",
            ...options.map((option) => `                ${spec(option)} \\`),
            `                '*:${words.length === 0 ? "argument:" : `argument:(${words.join(" ")})`}'`,
            "            ;;",
        ]),
        "        help) _describe command commands ;;",
        "    esac",
        "}",
        `compdef _droplet_teardown ${PROGRAMS.join(" ")}`,
        "",
    ].join("\n");
}

function fish(commands: readonly Completed[]): string {
    const inQuotes = (text: string): string => text.replace(/['\\]/g, "\\$&");
    const names = [...commands.map(({ name }) => name), "help"].join(" ");
    const value = ({ kind, words }: Values): string =>
        ({ none: "", any: " -x", file: " -r -F", words: ` -x -a '${words.join(" ")}'` })[kind];
    const lines = PROGRAMS.flatMap((program) => [
        `complete -c ${program} -f`,
        ...commands.map(
            ({ name, description }) =>
                `complete -c ${program} -n 'not __fish_seen_subcommand_from ${names}' -a ${name} -d '${inQuotes(description)}'`,
        ),
        ...commands.flatMap(({ name, options, words }) => {
            const when = `-n '__fish_seen_subcommand_from ${name}'`;
            return [
                ...(words.length === 0 ? [] : [`complete -c ${program} ${when} -a '${words.join(" ")}'`]),
                ...options.map(
                    ({ flag, description, values }) =>
                        `complete -c ${program} ${when} -l ${flag.slice(2)}${value(values)} -d '${inQuotes(description)}'`,
                ),
            ];
        }),
    ]);
    return ["# Completion for fish: droplet-teardown completion fish | source", ...lines, ""].join("\n");
}

function unique(texts: readonly string[]): string[] {
    return [...new Set(texts)];
}

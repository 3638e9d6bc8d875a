import { type Inputs, WrongInputError } from "./inputs.js";

/** What a step runs. Nothing of it goes through a shell. */
export interface Command {
    readonly program: "droplet-teardown" | "pulumi";
    readonly args: readonly string[];
    /** The stack that `pulumi` destroys. */
    readonly stack?: string;
}

/** Where reports go. */
export interface ReportFiles {
    /** JSON; of `pulumi destroy`, one report a line. */
    readonly report: string;
    /** Markdown. */
    readonly summary: string;
}

/** How an input becomes arguments; its name is that of the option. */
type Kind = "value" | "words" | "lines" | "flag" | "optional";

const OF_PLAN: Readonly<Record<string, Kind>> = {
    "tag-name": "value",
    expired: "flag",
    "older-than": "value",
    "include-stacks": "flag",
    config: "value",
    policy: "words",
    keep: "lines",
    "require-tag": "lines",
    "final-snapshot": "optional",
    account: "value",
    "require-match": "flag",
    timeout: "value",
};

/** The options of each command that are inputs, besides `droplets`. */
export const OPTIONS: Readonly<Record<string, Readonly<Record<string, Kind>>>> = {
    plan: { ...OF_PLAN, out: "value" },
    destroy: { ...OF_PLAN, plan: "value", "max-droplets": "value", retries: "value" },
    status: { wait: "flag", account: "value", timeout: "value" },
    orphans: {
        "older-than": "value",
        keep: "lines",
        "fail-if-any": "flag",
        account: "value",
        timeout: "value",
    },
};

export const PULUMI_DESTROY = "pulumi-destroy";

/** Inputs of which some command has no use: given to it, they would be ignored. */
const PARTICULAR = [
    ...new Set(Object.values(OPTIONS).flatMap((options) => Object.keys(options))),
    ...["droplets", "stack", "remove"],
];

/** @throws WrongInputError */
export function buildCommand(inputs: Inputs, { report, summary }: ReportFiles): Command {
    const name = inputs.text("command");
    const options = OPTIONS[name];
    if (options === undefined && name !== PULUMI_DESTROY) {
        const all = [...Object.keys(OPTIONS), PULUMI_DESTROY].join(", ");
        throw new WrongInputError(`input command: ${JSON.stringify(name)} is none of ${all}`);
    }
    const used = options === undefined ? ["stack", "remove"] : Object.keys(options);
    refuseOthers(inputs, name, name === "orphans" || options === undefined ? used : [...used, "droplets"]);
    if (options === undefined) {
        return pulumiDestroy(inputs);
    }
    const given = Object.entries(options).flatMap(([option, kind]) => toArguments(inputs, option, kind));
    return {
        program: "droplet-teardown",
        args: [
            ...[name, ...(name === "destroy" ? ["--yes"] : []), ...given],
            ...[`--report=${report}`, `--summary=${summary}`],
            // What follows is no option, whatever it begins with.
            ...["--", ...inputs.words("droplets")],
        ],
    };
}

function refuseOthers(inputs: Inputs, command: string, used: readonly string[]): void {
    const unused = PARTICULAR.filter(
        (name) => !used.includes(name) && !["", "false"].includes(inputs.text(name)),
    );
    if (unused.length > 0) {
        throw new WrongInputError(`${command} has no input ${unused.join(", ")}`);
    }
}

function pulumiDestroy(inputs: Inputs): Command {
    const stack = inputs.text("stack");
    if (stack === "") {
        throw new WrongInputError(`${PULUMI_DESTROY} needs the input stack`);
    }
    const remove = inputs.flag("remove") ? ["--remove"] : [];
    return {
        program: "pulumi",
        args: ["destroy", "--yes", "--non-interactive", `--stack=${stack}`, ...remove],
        stack,
    };
}

function toArguments(inputs: Inputs, option: string, kind: Kind): string[] {
    const assigned = (value: string): string => `--${option}=${value}`;
    const text = inputs.text(option);
    switch (kind) {
        case "value":
            return text === "" ? [] : [assigned(text)];
        case "words":
            return inputs.words(option).map(assigned);
        case "lines":
            return inputs.lines(option).map(assigned);
        case "flag":
            return inputs.flag(option) ? [`--${option}`] : [];
        case "optional":
            return ["", "false"].includes(text) ? [] : [text === "true" ? `--${option}` : assigned(text)];
    }
}

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { parse, parseAllDocuments } from "yaml";

import { REPOSITORY } from "./engine-project-files.js";
import { runShell, type Ran } from "./shell-step.js";

export const GITLAB_FILE = "gitlab/.gitlab-ci.yml";
const FOLDER = join(REPOSITORY, "templates");

type Values = Readonly<Record<string, string>>;
type Inputs = Readonly<Record<string, unknown>>;

/** A component: what it takes, and its jobs. */
export interface Component {
    readonly inputs: Readonly<
        Record<string, { readonly default?: unknown; readonly options?: readonly string[] }>
    >;
    readonly body: unknown;
}

export interface GitlabJob {
    readonly image?: string;
    readonly rules?: readonly { readonly if?: string; readonly when?: string }[];
    readonly variables?: Values;
    readonly environment?: { readonly name: string; readonly action?: string; readonly on_stop?: string };
    readonly interruptible?: boolean;
    readonly resource_group?: string;
    readonly timeout?: string;
    readonly before_script?: readonly string[];
    readonly script?: readonly string[];
    readonly artifacts?: {
        readonly when: string;
        readonly paths: readonly string[];
        readonly reports: { readonly dotenv: string };
    };
}

interface Include {
    readonly remote: string;
    readonly inputs: Inputs;
}

export const COMPONENTS: ReadonlyMap<string, Component> = new Map(
    readdirSync(FOLDER).map((file) => {
        const [header, body] = parseAllDocuments(readFileSync(join(FOLDER, file), "utf8"));
        const { spec } = header?.toJS() as { spec: { inputs: Component["inputs"] } };
        return [file, { inputs: spec.inputs, body: body?.toJS() as unknown }];
    }),
);

/** The jobs of a component for these inputs. */
export function parseJobs(file: string, given: Inputs): Record<string, GitlabJob> {
    const component = COMPONENTS.get(file);
    if (component === undefined) {
        throw new Error(`there is no component ${file}`);
    }
    const { inputs, body } = component;
    const unknown = Object.keys(given).filter((name) => !(name in inputs));
    const missing = Object.entries(inputs).filter(
        ([name, input]) => !("default" in input) && !(name in given),
    );
    if (unknown.length + missing.length > 0) {
        throw new Error(
            `${file} has no input ${unknown.join()}, and needs ${missing.map(([name]) => name).join()}`,
        );
    }
    for (const [name, { options }] of Object.entries(inputs)) {
        if (options !== undefined && name in given && !options.includes(String(given[name]))) {
            throw new Error(`${file}: ${name} is none of ${options.join()}`);
        }
    }
    const defaults = Object.entries(inputs).map(([name, input]) => [name, input.default] as const);
    return interpolated(body, { ...Object.fromEntries(defaults), ...given }) as Record<string, GitlabJob>;
}

/** GitLab interpolates values of the parsed file, names of jobs among them. */
function interpolated(node: unknown, inputs: Inputs): unknown {
    if (typeof node === "string") {
        const [, whole] = /^\$\[\[ inputs\.([\w-]+) \]\]$/.exec(node) ?? [];
        return whole === undefined
            ? node.replace(/\$\[\[ inputs\.([\w-]+) \]\]/g, (_, name: string) => String(inputs[name]))
            : inputs[whole];
    }
    if (Array.isArray(node)) {
        return node.map((item) => interpolated(item, inputs));
    }
    return typeof node === "object" && node !== null
        ? Object.fromEntries(
              Object.entries(node).map(([name, value]) => [
                  interpolated(name, inputs) as string,
                  interpolated(value, inputs),
              ]),
          )
        : node;
}

/** All jobs of the example, those of the components that it includes among them. */
export function gitlabJobs(text: string): Record<string, GitlabJob> {
    const { include, ...own } = parse(text) as { include: readonly Include[]; stages?: unknown };
    delete own.stages;
    const included = include.map(({ remote, inputs }) => parseJobs(remote.replace(/^.*\//, ""), inputs));
    return Object.assign({}, ...included, own) as Record<string, GitlabJob>;
}

/** Runs a job as GitLab does: one script, in which variables are expanded in one another. */
export async function runGitlabJob(
    name: string,
    { variables = {}, before_script: before = [], script = [] }: GitlabJob,
    folder: string,
    env: NodeJS.ProcessEnv,
): Promise<Ran> {
    const all = { ...env, ...variables };
    const expanded = Object.fromEntries(
        Object.entries(variables).map(([key, text]) => [
            key,
            text.replace(/\$([A-Z_]+)/g, (_, other: string) => all[other] ?? ""),
        ]),
    );
    const ran = await runShell([...before, ...script].join("\n"), folder, { ...env, ...expanded });
    return { name, ...ran };
}

import assert from "node:assert/strict";

import { parse } from "yaml";

import { findArguments } from "../../plugin/schema.js";
import schema from "../../plugin/schema.json";
import { ACTION, OWN_ACTION } from "../support/github-runner.js";
import { parseJobs } from "../support/gitlab-runner.js";

interface Program {
    readonly resources?: Readonly<Record<string, { readonly type: string; readonly properties?: object }>>;
    readonly variables?: Readonly<Record<string, unknown>>;
}

const SETTINGS: object = schema.types["droplet-teardown:index:DropletTeardownSettings"].properties;

/** Fails where something in a pipeline or in a Pulumi.yaml is not known to what it is for. */
export function checkYaml(part: { readonly place: string; readonly text: string }): void {
    checkPipeline(part);
    checkProgram(part);
}

interface Pipeline {
    readonly jobs?: Readonly<Record<string, { readonly steps: readonly Step[] }>>;
    readonly include?: readonly {
        readonly remote: string;
        readonly inputs: Readonly<Record<string, unknown>>;
    }[];
}

interface Step {
    readonly uses?: string;
    readonly with?: object;
}

/** Steps of the action and components of GitLab have only inputs that there are. */
function checkPipeline({ place, text }: { readonly place: string; readonly text: string }): void {
    const parsed = parse(text) as Pipeline | readonly Step[];
    const { jobs = {}, include = [] } = "length" in parsed ? {} : parsed;
    const steps = "length" in parsed ? parsed : Object.values(jobs).flatMap((job) => job.steps);
    for (const { uses = "", with: inputs = {} } of steps) {
        const unknown = Object.keys(inputs).filter((name) => !(name in ACTION.inputs));
        assert.ok(!OWN_ACTION.test(uses) || unknown.length === 0, `${place}: no input ${unknown.join(", ")}`);
    }
    for (const { remote, inputs } of include) {
        assert.ok(Object.keys(parseJobs(remote.replace(/^.*\//, ""), inputs)).length > 0, place);
    }
}

/** Fails where a part of a Pulumi.yaml gives a resource of the plugin something that its schema does not have. */
function checkProgram({ place, text }: { readonly place: string; readonly text: string }): void {
    const { resources = {} } = parse(text) as Program;
    for (const { type, properties = {} } of Object.values(resources)) {
        const [, name] = /^droplet-teardown:(\w+)$/.exec(type) ?? [];
        if (name !== undefined) {
            const known = findArguments(`droplet-teardown:index:${name}`) ?? [];
            const { teardown = {} } = properties as { readonly teardown?: object };
            const unknown = [
                ...Object.keys(properties).filter((given) => !known.includes(given)),
                ...Object.keys(teardown).filter((given) => !(given in SETTINGS)),
            ];
            assert.deepEqual(unknown, [], `${place}: ${name} has no ${unknown.join(", ")}`);
        }
    }
}

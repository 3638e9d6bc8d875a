import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";

import ts from "typescript";

/** A property in a Pulumi schema. */
export interface PropertySpec {
    readonly type?: "string" | "boolean" | "integer" | "array";
    readonly items?: PropertySpec;
    readonly $ref?: string;
    readonly description?: string;
}

/** The inputs of the official Droplet, in terms of a Pulumi schema. */
export interface DropletInputs {
    readonly properties: Readonly<Record<string, PropertySpec>>;
    readonly required: readonly string[];
    /** Types of objects inside, by their names. */
    readonly types: Readonly<Record<string, Readonly<Record<string, PropertySpec>>>>;
}

const PACKAGE = "droplet-teardown:index:";

/**
 * Reads them from the declarations of the installed `@pulumi/digitalocean`, which are generated from the official
 * provider's schema; the package does not carry that schema itself. Declarations know no integers: every number of a
 * Droplet's inputs is one.
 */
export function dropletInputs(): DropletInputs {
    const folder = dirname(require.resolve("@pulumi/digitalocean/package.json"));
    const members = findMembers(join(folder, "droplet.d.ts"), "DropletArgs");
    const named = [...new Set(members.flatMap(({ type }) => /\binputs\.(\w+)/.exec(type)?.[1] ?? []))];
    const types = named.map((name) => {
        const inner = findMembers(join(folder, "types", "input.d.ts"), name);
        const about = (property: string): string =>
            `As \`${property}\` of a backup policy of the official Droplet.`;
        return [name, toProperties(inner, about)] as const;
    });
    const about = (property: string): string => `As \`${property}\` of \`digitalocean.Droplet\`.`;
    return {
        properties: toProperties(members, about),
        required: members.filter(({ isRequired }) => isRequired).map(({ name }) => name),
        types: Object.fromEntries(types),
    };
}

interface Member {
    readonly name: string;
    readonly type: string;
    readonly isRequired: boolean;
}

function findMembers(path: string, name: string): Member[] {
    const file = ts.createSourceFile(path, readFileSync(path, "utf8"), ts.ScriptTarget.Latest, true);
    const found = file.statements.find(
        (statement) => ts.isInterfaceDeclaration(statement) && statement.name.text === name,
    );
    if (found === undefined || !ts.isInterfaceDeclaration(found)) {
        throw new Error(`${path} has no interface ${name}`);
    }
    return found.members.filter(ts.isPropertySignature).map((member) => ({
        name: member.name.getText(),
        type: member.type?.getText() ?? "",
        isRequired: member.questionToken === undefined,
    }));
}

function toProperties(
    members: readonly Member[],
    about: (property: string) => string,
): Record<string, PropertySpec> {
    return Object.fromEntries(
        members.map(({ name, type }) => [name, { ...toSpec(name, type), description: about(name) }]),
    );
}

/** `pulumi.Input<string | enums.Region | undefined>` is a string. */
function toSpec(name: string, type: string): PropertySpec {
    const [, inner = ""] = /^pulumi\.Input<(.+)>$/.exec(type) ?? [];
    const parts = inner.split(" | ").filter((part) => part !== "undefined" && !part.startsWith("enums."));
    const [part = "", ...others] = parts;
    const [, list] = /^(pulumi\.Input<.+>)\[\]$/.exec(part) ?? [];
    const [, object] = /^inputs\.(\w+)$/.exec(part) ?? [];
    if (others.length === 0 && list !== undefined) {
        return { type: "array", items: toSpec(name, list) };
    }
    if (others.length === 0 && object !== undefined) {
        return { $ref: `#/types/${PACKAGE}${object}` };
    }
    const plain = { string: "string", boolean: "boolean", number: "integer" } as const;
    if (others.length > 0 || !(part in plain)) {
        throw new Error(`the type of ${name} is new to the schema of the plugin: ${type}`);
    }
    return { type: plain[part as keyof typeof plain] };
}

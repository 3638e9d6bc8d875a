import { mkdir, writeFile } from "node:fs/promises";
import { dirname, delimiter, join } from "node:path";

import { REPOSITORY } from "./engine-project-files.js";

/** A program of this package, once it is installed. */
const installed = (entry: string): string =>
    `exec "${process.execPath}" "${join(REPOSITORY, "dist", entry, "main.js")}" "$@"\n`;

/** Notes what it was told, and the names of the variables that it could see. */
const NPM = `
echo "npm $*" >> "$TOOLS/calls"
env | cut -d= -f1 >> "$TOOLS/npm-saw"
`;

/** Stacks are files; destroying one whose file says "refuses" fails and changes nothing. */
const PULUMI = `
echo "pulumi $*" >> "$TOOLS/calls"
for word; do case $word in --stack=*) stack=\${word#--stack=} ;; esac; done
case "$1 $2" in
    "stack ls")
        cd "$TOOLS/stacks"
        for stack in *; do [ -e "$stack" ] && echo "{\\"name\\": \\"$stack\\"}"; done | jq -s . ;;
    "stack select") touch "$TOOLS/stacks/$4" ;;
    "destroy --yes")
        ! grep -q refuses "$TOOLS/stacks/$stack" || exit 255
        rm "$TOOLS/stacks/$stack" ;;
    "env run")
        [ "$3" = acme/previews ] && [ "$4" = -- ] || exit 2
        shift 4
        DIGITALOCEAN_TOKEN=$ESC_TOKEN exec "$@" ;;
esac
`;

/**
 * Writes the programs that pipelines call into a folder for PATH.
 * @param stacks by name what is in their files; without it there is no Pulumi in the folder
 */
export async function writeTools(folder: string, stacks?: Readonly<Record<string, string>>): Promise<void> {
    const programs = {
        "droplet-teardown": installed("cli"),
        "droplet-teardown-step": installed("action"),
        npm: NPM,
        ...(stacks === undefined ? {} : { pulumi: PULUMI }),
    };
    await mkdir(join(folder, "stacks"), { recursive: true });
    const files = [
        ...Object.entries(programs).map(([name, body]) => [
            name,
            `#!/usr/bin/env bash\nTOOLS=\${BASH_SOURCE%/*}\n${body}`,
        ]),
        ...Object.entries(stacks ?? {}).map(([name, text]) => [join("stacks", name), text]),
        ...[
            ["calls", ""],
            ["npm-saw", ""],
        ],
    ] as const;
    await Promise.all(
        files.map(([name = "", text = ""]) => writeFile(join(folder, name), text, { mode: 0o755 })),
    );
}

/** With the folder's programs before all others. */
export function withTools(folder: string, path = process.env.PATH): string {
    return [folder, dirname(process.execPath), path].join(delimiter);
}

import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { REPOSITORY } from "./engine-project-files.js";

/** Where a pull request stands, by its number; one that is not named cannot be looked up. */
export type Requests = Readonly<Record<number, string>>;

/** This package, once it is installed. */
const OWN = `
exec "${process.execPath}" "${join(REPOSITORY, "dist", "cli", "main.js")}" "$@"
`;

/** Notes what it was told, and the names of the variables that it could see. */
const NPM = `
echo "npm $*" >> "$TOOLS/calls"
env | cut -d= -f1 >> "$TOOLS/npm-saw"
`;

const GH = `
[[ $2 == repos/owner/name/pulls/* ]] || exit 2
[ "$GH_TOKEN" = forge-token ] || exit 4
exec cat "$TOOLS/requests/\${2##*/}"
`;

/** GitLab's answers and Pulumi's archive (an empty one); everything else goes its way. */
const CURL = `
for word; do
    case $word in
        https://get.pulumi.com/*) tar -czT /dev/null; exit ;;
        https://gitlab.example/*)
            [ "$(cat)" = "PRIVATE-TOKEN: forge-token" ] || exit 22
            state=$(cat "$TOOLS/requests/\${word##*/}") || exit 22
            echo "{\\"state\\": \\"$state\\"}"
            exit ;;
    esac
done
exec "$(type -ap curl | grep -vF "$TOOLS" | head -n 1)" "$@"
`;

/** Stacks are files; destroying one whose file says "refuses" fails and changes nothing. */
const PULUMI = `
echo "pulumi $*" >> "$TOOLS/calls"
case "$1 $2" in
    "stack ls")
        cd "$TOOLS/stacks"
        for stack in *; do [ -e "$stack" ] && echo "{\\"name\\": \\"$stack\\"}"; done | jq -s . ;;
    "destroy --yes")
        ! grep -q refuses "$TOOLS/stacks/$5" || exit 255
        rm "$TOOLS/stacks/$5" ;;
esac
`;

/** Writes the programs that pipelines call into a folder for PATH. Without `stacks` there is no Pulumi in it. */
export async function writeTools(
    folder: string,
    requests: Requests,
    stacks?: Readonly<Record<string, string>>,
): Promise<void> {
    const programs = { "droplet-teardown": OWN, npm: NPM, gh: GH, curl: CURL, "apt-get": "" };
    const all = stacks === undefined ? programs : { ...programs, pulumi: PULUMI };
    await mkdir(join(folder, "requests"), { recursive: true });
    await mkdir(join(folder, "stacks"));
    const files = [
        ...Object.entries(all).map(([name, body]) => [
            name,
            `#!/usr/bin/env bash\nTOOLS=\${BASH_SOURCE%/*}\n${body}`,
        ]),
        ...Object.entries(requests).map(([number, state]) => [join("requests", number), state]),
        ...Object.entries(stacks ?? {}).map(([name, text]) => [join("stacks", name), text]),
        ["calls", ""],
        ["npm-saw", ""],
    ] as const;
    await Promise.all(files.map(([name = "", text]) => writeFile(join(folder, name), text, { mode: 0o755 })));
}

/** What a runner sets, and for GitLab the variables of the project. */
export function runnerEnv(folder: string): NodeJS.ProcessEnv {
    return {
        HOME: folder,
        RUNNER_TEMP: folder,
        GITHUB_STEP_SUMMARY: join(folder, "summary.md"),
        GITHUB_REPOSITORY: "owner/name",
    };
}

export function gitlabEnv(folder: string, token: string): NodeJS.ProcessEnv {
    return {
        HOME: folder,
        CI_PROJECT_DIR: folder,
        CI_PROJECT_ID: "12",
        CI_API_V4_URL: "https://gitlab.example/api/v4",
        FORGE_TOKEN: "forge-token",
        DIGITALOCEAN_TOKEN: token,
        PULUMI_ACCESS_TOKEN: "pulumi-token",
    };
}

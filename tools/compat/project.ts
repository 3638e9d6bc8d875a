import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { pluginBinFolder } from "../../simulator/plugin/bin-folder.js";
import type { Cell } from "./cell.js";
import { run } from "./run.js";

const REPOSITORY = join(__dirname, "..", "..");
const BODY = `
new Droplet("web", {
    image: "ubuntu-24-04-x64",
    region: "nyc3",
    size: "s-1vcpu-1gb",
    teardown: { policy: "destroy" },
});
`;
const IMPORT = `import { Droplet } from "pulumi-droplet-teardown";${BODY}`;
const SOURCES = {
    CommonJS: ["index.js", `const { Droplet } = require("pulumi-droplet-teardown");${BODY}`],
    "ES module": ["index.js", IMPORT],
    TypeScript: ["index.ts", IMPORT],
} as const;

/** As `pulumi new typescript` writes it. */
const TSCONFIG = {
    compilerOptions: {
        strict: true,
        outDir: "bin",
        target: "es2020",
        module: "commonjs",
        moduleResolution: "node",
        sourceMap: true,
        experimentalDecorators: true,
        pretty: true,
        noFallthroughCasesInSwitch: true,
        noImplicitReturns: true,
        forceConsistentCasingInFileNames: true,
    },
    files: ["index.ts"],
};

/** Writes a clean Pulumi project and installs the packed package in it. @returns the program's folder */
export async function makeProject(cell: Cell, root: string, tarball: string): Promise<string> {
    const isWorkspace = cell.manager === "npm workspaces";
    const folder = isWorkspace ? join(root, "infra") : root;
    await mkdir(folder, { recursive: true });
    const [file, source] = SOURCES[cell.program];
    const isTypeScript = cell.program === "TypeScript";
    const dependencies = {
        "@pulumi/digitalocean": cell.digitalocean,
        "@pulumi/pulumi": cell.pulumi,
        "pulumi-droplet-teardown": `file:${tarball}`,
    };
    const write = (name: string, value: unknown, where = folder): Promise<void> =>
        writeFile(join(where, name), JSON.stringify(value));
    await write("package.json", {
        name: "compat",
        version: "1.0.0",
        private: true,
        main: file,
        ...(cell.program === "ES module" ? { type: "module" } : {}),
        dependencies,
        // Yarn gives `@pulumi/digitalocean` a newer SDK of its own, and the two do not understand each other.
        ...(cell.manager.startsWith("Yarn") ? { resolutions: { "@pulumi/pulumi": cell.pulumi } } : {}),
        ...(isTypeScript ? { devDependencies: { "@types/node": "^20", typescript: "^5" } } : {}),
    });
    await writeFile(join(folder, file), source);
    await write("Pulumi.yaml", {
        name: "compat",
        runtime: { name: "nodejs", options: { typescript: isTypeScript } },
        plugins: { providers: [{ name: "digitalocean", path: pluginBinFolder(REPOSITORY) }] },
    });
    if (isTypeScript) {
        await write("tsconfig.json", TSCONFIG);
    }
    if (isWorkspace) {
        await write("package.json", { name: "root", private: true, workspaces: ["infra"] }, root);
    }
    await install(cell, root);
    return folder;
}

/** No lock file is written or asked for, so that a range is its newest version. */
async function install({ manager }: Cell, root: string): Promise<void> {
    const runPackage = (name: string, ...args: string[]): Promise<string> =>
        run("npx", ["--yes", `--package=${name}`, ...args], root);
    if (manager === "npm" || manager === "npm workspaces") {
        await run("npm", ["install", "--ignore-scripts", "--no-audit", "--no-fund"], root);
    } else if (manager === "pnpm") {
        await runPackage("pnpm@10", "pnpm", "install", "--ignore-scripts", "--no-frozen-lockfile");
    } else if (manager === "Bun") {
        await runPackage("bun@1", "bun", "install", "--ignore-scripts");
    } else {
        const linker = manager === "Yarn PnP" ? "pnp" : "node-modules";
        const settings = { nodeLinker: linker, enableTelemetry: false, enableImmutableInstalls: false };
        await writeFile(
            join(root, ".yarnrc.yml"),
            JSON.stringify({ ...settings, enableScripts: false, enableGlobalCache: false }),
        );
        await writeFile(join(root, "yarn.lock"), "");
        await runPackage("@yarnpkg/cli-dist@4", "yarn", "install");
    }
}

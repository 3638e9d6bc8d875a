import eslint from "@eslint/js";
import tseslint from "typescript-eslint";

/** What runs in the engine's plugin process, from the engine to DigitalOcean: each may import those after it. */
const ROOMS = ["provider/handlers", "provider/lifecycle", "provider/access", "provider/stored"];

/** Parts of the command line: each may import those before it. */
const CLI_ROOMS = ["cli/arguments", "cli/selection", "cli/text", "cli/commands"];
const NOT_IN_CLI = [
    "sdk",
    "plugin",
    "action",
    "simulator",
    "pulumi",
    "provider/handlers",
    "provider/lifecycle",
];

/** Folders that each folder must not import, beyond what lies inside it: arrows point one way. */
const FORBIDDEN = {
    "provider/teardown": ["provider/digitalocean", ...ROOMS, "sdk", "plugin", "cli", "simulator", "pulumi"],
    "provider/polling": [
        ...["provider/digitalocean", "provider/teardown", ...ROOMS],
        ...["sdk", "plugin", "cli", "simulator", "pulumi"],
    ],
    "provider/digitalocean": [...ROOMS, "sdk", "plugin", "cli", "simulator", "pulumi"],
    "provider/fleet": ["provider/digitalocean", ...ROOMS, "sdk", "plugin", "cli", "simulator", "pulumi"],
    "provider/ownership": ["provider/digitalocean", ...ROOMS, "sdk", "plugin", "cli", "simulator", "pulumi"],
    ...Object.fromEntries(
        ROOMS.map((room, index) => [room, [...ROOMS.slice(0, index), "sdk", "plugin", "cli", "simulator"]]),
    ),
    provider: ["sdk", "plugin", "cli", "action", "simulator"],
    sdk: ["plugin", "cli", "action", "simulator", "provider/digitalocean"],
    plugin: [
        ...["provider/teardown", "provider/polling", "provider/fleet", "provider/digitalocean"],
        ...["provider/lifecycle", "sdk", "cli", "action", "simulator"],
    ],
    ...Object.fromEntries(
        CLI_ROOMS.map((room, index) => [room, [...CLI_ROOMS.slice(index + 1), ...NOT_IN_CLI]]),
    ),
    cli: NOT_IN_CLI,
    action: ["provider", "sdk", "plugin", "simulator", "pulumi"],
    simulator: ["provider", "sdk", "plugin", "cli", "action"],
};

/** What a teardown reads of a Droplet and its resources (`DropletApi`). The account is no part of that. */
const READS = [
    ...["droplet", "status", "associated", "find", "accessTo", "snapshotsForDroplet", "dropletSnapshots"],
    ...["actions", "action", "volumeSnapshots", "volumeForSnapshot", "hasNamed"],
];

/** Patterns that match a forbidden place in a relative import from anywhere below the folder. */
const PATTERNS = {
    "provider/digitalocean": { regex: "(^|/)digitalocean/" },
    "provider/teardown": { regex: "(^|/)teardown/" },
    "provider/polling": { regex: "(^|/)polling/" },
    "provider/fleet": { regex: "(^|/)fleet/" },
    ...Object.fromEntries(
        [...ROOMS, ...CLI_ROOMS].map((room) => [room, { regex: `(^|/)${room.split("/")[1]}/` }]),
    ),
    provider: { regex: "\\.\\./provider/" },
    sdk: { regex: "\\.\\./sdk/" },
    plugin: { regex: "\\.\\./plugin/" },
    cli: { regex: "\\.\\./cli/" },
    action: { regex: "\\.\\./action/" },
    simulator: { regex: "\\.\\./simulator/" },
    pulumi: { regex: "^@pulumi/" },
};

export default tseslint.config(
    { ignores: ["dist/", "action/dist/", "coverage/", "docs/api/", "node_modules/", ".stryker-tmp/"] },
    eslint.configs.recommended,
    {
        files: ["**/*.ts"],
        extends: [tseslint.configs.strictTypeChecked, tseslint.configs.stylisticTypeChecked],
        languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
        rules: {
            "@typescript-eslint/no-floating-promises": "error",
            "@typescript-eslint/switch-exhaustiveness-check": [
                "error",
                { considerDefaultExhaustiveForUnions: true },
            ],
            "@typescript-eslint/restrict-template-expressions": ["error", { allowNumber: true }],
            // The stored provider finds its package by require, at call time.
            "@typescript-eslint/no-require-imports": "off",
            "@typescript-eslint/no-confusing-void-expression": ["error", { ignoreArrowShorthand: true }],
            // A component that has the outputs of its inner resource is an intersection of the two.
            "@typescript-eslint/no-unsafe-class-instance-assignment": "off",
            // Handlers are async because the engine awaits them.
            "@typescript-eslint/require-await": "off",
        },
    },
    {
        // Effects are passed in; these files are the edges where they enter.
        files: ["provider/**/*.ts", "plugin/**/*.ts", "cli/**/*.ts", "action/**/*.ts", "simulator/**/*.ts"],
        ignores: [
            "provider/access/runtime.ts",
            "provider/digitalocean/node-fetch.ts",
            "plugin/main.ts",
            "cli/main.ts",
            "action/main.ts",
            "simulator/main.ts",
            "simulator/plugin/main.ts",
            "simulator/test/**",
        ],
        rules: { "no-restricted-globals": ["error", "process"] },
    },
    {
        files: ["test/**/*.ts", "simulator/test/**/*.ts"],
        rules: { "@typescript-eslint/no-non-null-assertion": "off" },
    },
    {
        // The simulator is a package of its own; the stand-in plugin, which is not in it, is tested from inside.
        files: ["test/**/*.ts", "bench/**/*.ts", "tools/**/*.ts", "examples/**/*.ts"],
        ignores: ["test/support/quick-time*.ts"],
        rules: {
            "no-restricted-imports": [
                "error",
                {
                    patterns: [
                        {
                            regex: "/simulator/(?!index\\.js$|plugin/)",
                            message: "use what simulator/index.ts exports",
                        },
                    ],
                },
            ],
        },
    },
    {
        // One function reads from DigitalOcean for a teardown; whoever wants to know something asks through it.
        files: ["provider/**/*.ts", "plugin/**/*.ts", "cli/**/*.ts"],
        ignores: [
            "provider/teardown/ask.ts",
            // It implements the port.
            "provider/digitalocean/**",
        ],
        rules: {
            "no-restricted-syntax": [
                "error",
                {
                    selector: `CallExpression > MemberExpression.callee:matches([object.name='api'], [object.property.name='api'])[property.name=/^(${READS.join("|")})$/]`,
                    message: "ask through provider/teardown/assess.ts (docs/architecture.md)",
                },
            ],
        },
    },
    ...Object.entries(FORBIDDEN).map(([folder, places]) => ({
        files: [`${folder}/**/*.ts`],
        // The last entry that matches a file replaces the others: each folder has its own.
        ignores: Object.keys(FORBIDDEN)
            .filter((other) => other.startsWith(`${folder}/`))
            .map((inner) => `${inner}/**`),
        rules: {
            "no-restricted-imports": [
                "error",
                {
                    patterns: places.map((place) => ({
                        ...PATTERNS[place],
                        message: `${folder} must not import ${place} (docs/architecture.md)`,
                    })),
                },
            ],
        },
    })),
);

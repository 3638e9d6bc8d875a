export type Manager = "npm" | "npm workspaces" | "pnpm" | "Yarn node-modules" | "Yarn PnP" | "Bun";
export type Program = "CommonJS" | "ES module" | "TypeScript";

/** One combination that a user may have: `pulumi up` and `pulumi destroy` are run in it. */
export interface Cell {
    /** Version of the `node` package that the engine and the program run on. */
    readonly node: string;
    readonly manager: Manager;
    readonly program: Program;
    /** Version or range of each peer. */
    readonly pulumi: string;
    readonly digitalocean: string;
    /** What somebody must know to have it work. */
    readonly note?: string;
    /** What it is known to fail with, in Pulumi's own code: the guide says what to do instead. */
    readonly fails?: string;
}

const NEWEST = { pulumi: "^3.225.1", digitalocean: "^4" } as const;
const OLDEST = { pulumi: "3.225.1", digitalocean: "4.4.0" } as const;
/** The last one that asks for Node.js 20. */
const FOR_NODE_20 = { pulumi: "3.248.0", digitalocean: "^4" } as const;

export const CELLS: readonly Cell[] = [
    { node: "20.19.0", manager: "npm", program: "CommonJS", ...OLDEST },
    { node: "20.19.0", manager: "npm", program: "TypeScript", ...FOR_NODE_20 },
    { node: "22", manager: "npm", program: "CommonJS", ...NEWEST },
    { node: "22", manager: "npm", program: "ES module", ...NEWEST },
    { node: "22", manager: "npm", program: "TypeScript", ...NEWEST },
    { node: "24", manager: "npm", program: "CommonJS", ...OLDEST },
    { node: "24", manager: "npm", program: "TypeScript", ...NEWEST },
    { node: "22", manager: "npm workspaces", program: "CommonJS", ...NEWEST },
    { node: "22", manager: "pnpm", program: "CommonJS", ...NEWEST },
    { node: "22", manager: "Yarn node-modules", program: "CommonJS", ...NEWEST },
    {
        node: "20.19.0",
        manager: "Yarn PnP",
        program: "CommonJS",
        ...FOR_NODE_20,
        note: "with `resolutions`",
    },
    {
        node: "22",
        manager: "Yarn PnP",
        program: "CommonJS",
        ...NEWEST,
        fails: "Cannot read properties of undefined (reading '.js')",
    },
    {
        node: "22",
        manager: "Bun",
        program: "CommonJS",
        ...NEWEST,
        note: "installed by Bun, run by Node.js",
    },
];

import { createRequire } from "node:module";

/** This package's own version; a package can resolve itself by name. */
export const version: string = (
    createRequire(__filename)("pulumi-droplet-teardown/package.json") as { version: string }
).version;

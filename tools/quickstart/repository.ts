import { join } from "node:path";

/** True where this runs as TypeScript, false as the compiled output in dist. */
export const FROM_SOURCE = __filename.endsWith(".ts");

/** The work tree. */
export const REPOSITORY = join(__dirname, ...(FROM_SOURCE ? ["..", ".."] : ["..", "..", ".."]));

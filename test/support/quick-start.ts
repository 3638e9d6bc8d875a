import { join } from "node:path";

/** For NODE_OPTIONS: the processes of an engine start sooner. */
export const QUICK_START = `--require=${join(__dirname, "quick-start-preload.js")}`;

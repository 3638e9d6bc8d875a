/** For NODE_OPTIONS: the processes of an engine start sooner. */
export const QUICK_START = `--require=${require.resolve("./quick-start-preload.js")}`;

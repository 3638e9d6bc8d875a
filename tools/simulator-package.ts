/**
 * `npm run package:simulator`: makes the package `digitalocean-simulator` in `dist/digitalocean-simulator`, from where
 * `npm pack` and `npm publish` take it (docs/decisions/0027-the-simulator-is-a-package.md).
 */
import { buildSimulator } from "./package/simulator.js";

buildSimulator("dist/digitalocean-simulator").catch((error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
});

/**
 * Installs Pulumi's official release into a folder: `install-release.ts FOLDER VERSION`. A program of its own,
 * because the Automation API's installer cannot be aborted, and a process can.
 */
import { PulumiCommand } from "@pulumi/pulumi/automation";
import { SemVer } from "semver";

const [root, version] = process.argv.slice(2);
if (root === undefined || version === undefined) {
    throw new Error("usage: install-release.ts FOLDER VERSION");
}
void PulumiCommand.install({ root, version: new SemVer(version) });

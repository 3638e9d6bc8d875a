/** `npm run schema`: the inputs of the official Droplet in `plugin/schema.json`, from the installed SDK of DigitalOcean. */
import { readFileSync, writeFileSync } from "node:fs";

import { withDropletInputs } from "./plugin/schema.js";

const FILE = "plugin/schema.json";

const schema = JSON.parse(readFileSync(FILE, "utf8")) as Parameters<typeof withDropletInputs>[0];
writeFileSync(FILE, JSON.stringify(withDropletInputs(schema)));

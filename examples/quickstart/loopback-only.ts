/** Only for the quickstart, which must not touch a real account: leave this file out of your own program. */
import * as digitalocean from "@pulumi/digitalocean";
import * as pulumi from "@pulumi/pulumi";

const LOOPBACK = /^https?:\/\/(localhost|127\.\d+\.\d+\.\d+|\[::1\])(:\d+)?\/?$/i;

const endpoint = digitalocean.config.apiEndpoint;
if (!LOOPBACK.test(endpoint)) {
    throw new pulumi.RunError(
        `the quickstart runs against the simulator only, not against ${endpoint}: set DIGITALOCEAN_API_URL to the address that \`npm run simulator\` prints`,
    );
}

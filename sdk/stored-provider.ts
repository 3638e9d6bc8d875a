import type * as pulumi from "@pulumi/pulumi";

type Provider = Required<pulumi.dynamic.ResourceProvider>;

/* The text of what follows is stored in users' state. It may refer to nothing but `require`, `process` and
   itself, and a change of it is an update of every user's resource. */

/** The handlers of the installed package: `destroy` runs long after the text was stored. */
function load(): Provider {
    try {
        return require("pulumi-droplet-teardown/provider") as Provider;
    } catch (cause) {
        const { code, message } = cause as NodeJS.ErrnoException;
        if (code !== "MODULE_NOT_FOUND") throw cause;
        const error = new Error(
            `pulumi-droplet-teardown is missing: run \`npm install pulumi-droplet-teardown\` in ${process.cwd()}, then repeat this command (${message.split("\n")[0]})`,
        );
        // The host of the provider prints both beside the message.
        error.stack = "failed, the error stands at the resource";
        error.toString = () => "droplet-teardown";
        throw error;
    }
}

/** What Pulumi serializes into state: each method finds the installed package when it is called. */
export const storedProvider: pulumi.dynamic.ResourceProvider = {
    configure: (request) => load().configure(request),
    check: (olds, news) => load().check(olds, news),
    diff: (id, olds, news) => load().diff(id, olds, news),
    create: (inputs) => load().create(inputs),
    read: (id, props) => load().read(id, props),
    update: (id, olds, news) => load().update(id, olds, news),
    delete: (id, props) => load().delete(id, props),
};

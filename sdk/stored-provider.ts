import type * as pulumi from "@pulumi/pulumi";

type Provider = Required<pulumi.dynamic.ResourceProvider>;

/** The resources of this package, by the name under which `pulumi-droplet-teardown/provider` serves them. */
type Role = "teardown" | "record";

/* The text of what follows is stored in users' state. It may refer to nothing but `require`, `process` and
   itself, and a change of it is an update of every user's resource. */

/**
 * The handlers of the installed package: `destroy` runs long after the text was stored. A bundler of the user's
 * program must not recognize the name, or the handlers themselves would be what is stored. The host of the provider
 * prints an error's stack and its text beside its message.
 */
function load(role: Role): Provider {
    try {
        return (require(["pulumi-droplet-teardown", "provider"].join("/")) as Record<Role, Provider>)[role];
    } catch (cause) {
        const { code, message } = cause as NodeJS.ErrnoException;
        if (code !== "MODULE_NOT_FOUND" && code !== "ERR_MODULE_NOT_FOUND") throw cause;
        const error = new Error(
            `cannot load pulumi-droplet-teardown: run \`npm install pulumi-droplet-teardown\` in ${process.cwd()} and try again (${message.split("\n")[0]})`,
        );
        error.stack = "failed, see the error on the resource";
        error.toString = () => "droplet-teardown";
        throw error;
    }
}

/** What Pulumi serializes into state: each method finds the installed package when it is called. */
export function storedProvider(role: Role): pulumi.dynamic.ResourceProvider {
    return {
        configure: (request) => load(role).configure(request),
        check: (olds, news) => load(role).check(olds, news),
        diff: (id, olds, news) => load(role).diff(id, olds, news),
        create: (inputs) => load(role).create(inputs),
        read: (id, props) => load(role).read(id, props),
        update: (id, olds, news) => load(role).update(id, olds, news),
        delete: (id, props) => load(role).delete(id, props),
    };
}

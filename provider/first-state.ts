import type { Handlers, Props } from "./handlers.js";
import { asStackError } from "./stack-error.js";
import { RefusedError } from "./teardown/errors.js";

/**
 * What the provider text in state of the first 0.1.0 calls, whose `Droplet` was a component. A delete by this
 * version would not do the same (there, `enabled: false` leaves the Droplet alone, and the teardown knows the
 * predecessors), so every call is refused, with the way on.
 */
export const firstState: Handlers = {
    configure: () => Promise.resolve(),
    check: (_olds, news) => refuse(news),
    diff: (_id, olds) => refuse(olds),
    create: refuse,
    read: (_id, props) => refuse(props),
    update: (_id, olds) => refuse(olds),
    delete: (_id, props) => refuse(props),
};

function refuse({ dropletId, resourceUrn }: Props): Promise<never> {
    const droplet = typeof dropletId === "number" ? String(dropletId) : "<id>";
    const urn = typeof resourceUrn === "string" ? `'${resourceUrn}'` : "<urn>";
    return asStackError(() =>
        Promise.reject(
            new RefusedError(
                `nothing was destroyed: this teardown of droplet ${droplet} is in the state of the first ` +
                    "pulumi-droplet-teardown 0.1.0, which this version does not read. " +
                    "If the program declares it as a DropletTeardown, run `pulumi up`, then this command again. " +
                    `If it belongs to a Droplet, destroy that with \`npx pulumi-droplet-teardown destroy ${droplet}\`, ` +
                    `then run \`pulumi state delete ${urn}\` and this command again; to keep the Droplet, ` +
                    "run `pulumi state delete` of both",
            ),
        ),
    );
}

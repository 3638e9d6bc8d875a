/** A resource as the stack's state holds it. */
interface Stored {
    readonly urn: string;
    readonly type: string;
    readonly parent?: string;
}

/** What one front end calls its resources, as stories say it, and as an engine does. */
export interface Names {
    /** A word of a command line. */
    readonly given: (word: string) => string;
    /** What an engine prints. */
    readonly told: (text: string) => string;
    readonly inState: <Resource extends Stored>(resources: readonly Resource[]) => Resource[];
}

const DYNAMIC = "pulumi-nodejs:dynamic/droplet-teardown:";
const OWN = "droplet-teardown:index:";
const DROPLET = "digitalocean:index/droplet:Droplet";
const COMPONENT = `${OWN}Droplet`;

/** Stories are written for the npm package. With these names they are told of the plugin's component. */
export const COMPONENT_NAMES: Names = { given, told, inState };
/** The same for the plugin's teardown by id. */
export const BY_ID_NAMES: Names = {
    given: (word) => word.replaceAll(`${DYNAMIC}DropletTeardown::`, `${OWN}DropletTeardown::`),
    told,
    inState,
};

function given(word: string): string {
    return word
        .replaceAll(`${DROPLET}$${DYNAMIC}DropletRecord::`, `${DROPLET}$${OWN}DropletRecord::`)
        .replaceAll(`${DYNAMIC}DropletTeardown::`, `${COMPONENT}$${OWN}DropletExecutor::`)
        .replaceAll(`::${DROPLET}`, `::${COMPONENT}$${DROPLET}`);
}

function told(text: string): string {
    return text
        .replaceAll(`${COMPONENT}$`, "")
        .replaceAll(`${OWN}DropletExecutor`, `${DYNAMIC}DropletTeardown`)
        .replaceAll(`${OWN}DropletTeardown`, `${DYNAMIC}DropletTeardown`)
        .replaceAll(`${OWN}DropletRecord`, `${DYNAMIC}DropletRecord`);
}

/** Without components that have children left, which no story names. */
function inState<Resource extends Stored>(resources: readonly Resource[]): Resource[] {
    const parents = new Set(resources.map(({ parent }) => parent));
    return resources
        .filter(({ type, urn }) => type !== COMPONENT || !parents.has(urn))
        .map((resource) => ({ ...resource, type: told(resource.type), urn: told(resource.urn) }));
}

import type { EngineWorld } from "../support/engine-world.js";

const OURS = "pulumi-droplet-teardown/";
const isExecutorTag = (tag: string): boolean => /^teardown-[0-9a-f]{16}$/.test(tag);

/** What a walk must not lose: seen at each request, so that nothing comes and goes unseen. */
export class Watch {
    readonly #world: EngineWorld;
    /** Droplets that have carried an executor's tag. */
    readonly #tagged = new Set<number>();
    /** Of those, the ones that were let go: alive without any executor's tag. */
    readonly #released = new Set<number>();
    /** What hung on a Droplet that was to go with everything when a destroy began, by "kind id". */
    #doomed: string[] = [];

    constructor(world: EngineWorld) {
        this.#world = world;
    }

    look(): void {
        for (const { id, tags } of this.#world.simulator.state().droplets) {
            if (tags.some(isExecutorTag)) {
                this.#tagged.add(id);
                this.#released.delete(id);
            } else if (this.#tagged.has(id)) {
                this.#released.add(id);
            }
        }
    }

    /** Remembers what a destroy that succeeds must have taken. */
    beforeDestroy(): void {
        this.look();
        const { volumes, reservedIps, snapshots } = this.#world.simulator.state();
        const goes = ({ dropletId }: { readonly dropletId: number | null }): boolean =>
            dropletId !== null && this.#isOurs(dropletId);
        this.#doomed = [
            ...volumes
                .filter((volume) => goes(volume) && isUnmanaged(volume))
                .map(({ id }) => `volume ${id}`),
            ...reservedIps.filter(goes).map(({ address }) => `reserved ip ${address}`),
            ...snapshots
                .filter((its) => its.resourceType === "droplet" && this.#isOurs(Number(its.resourceId)))
                .filter(({ name }) => !isKept(name))
                .map(({ id }) => `snapshot ${id}`),
        ];
    }

    /** What is wrong at any time, whatever the engine said. */
    async violations(): Promise<string[]> {
        this.look();
        const { simulator, project } = this.#world;
        const named = namedBy(await project.resources());
        const forgotten = simulator
            .state()
            .droplets.filter(({ id }) => this.#tagged.has(id))
            .filter(({ id, tags }) => !named.ids.has(id) && !tags.some((tag) => named.tags.has(tag)))
            .map(({ id, name }) => `droplet ${name} (${id}) lives, and the state does not name it`);
        const taken = simulator
            .history()
            .filter(({ by, name }) => by?.startsWith(OURS) === true && (isKept(name) || isManaged(name)))
            .map(({ kind, name }) => `${kind} ${name} was to be kept, and we destroyed it`);
        return [...forgotten, ...taken];
    }

    /** What is wrong after a destroy of the whole stack that ended with 0. */
    async leftBehind(): Promise<string[]> {
        const { simulator, project } = this.#world;
        const { droplets, volumes, reservedIps, snapshots, tags } = simulator.state();
        const alive = new Set([
            ...volumes.map(({ id }) => `volume ${id}`),
            ...reservedIps.map(({ address }) => `reserved ip ${address}`),
            ...snapshots.map(({ id }) => `snapshot ${id}`),
        ]);
        return [
            ...droplets.filter(({ id }) => this.#tagged.has(id)).map(({ name }) => `droplet ${name}`),
            ...this.#doomed.filter((name) => alive.has(name)),
            ...tags.map(({ name }) => name).filter((name) => name.startsWith("teardown")),
            ...(await project.resources()).map(({ urn }) => `in state: ${urn}`),
        ].map((name) => `left behind: ${name}`);
    }

    #isOurs(dropletId: number): boolean {
        return this.#tagged.has(dropletId) && !this.#released.has(dropletId);
    }
}

export const isKept = (name: string): boolean => name.startsWith("keep-");
const isManaged = (name: string): boolean => name === "data" || name === "sibling";
const isUnmanaged = ({ name }: { readonly name: string }): boolean => !isKept(name) && !isManaged(name);

type Resources = Awaited<ReturnType<EngineWorld["project"]["resources"]>>;

/** Droplet ids and executors' tags that a state names. */
function namedBy(resources: Resources): {
    readonly ids: ReadonlySet<number>;
    readonly tags: ReadonlySet<string>;
} {
    const ids = new Set<number>();
    const tags = new Set<string>();
    // What a component says destroys nothing.
    const acting = resources.filter(({ type }) => type !== "droplet-teardown:index:Droplet");
    for (const { type, id, outputs = {} } of acting) {
        if (type === "digitalocean:index/droplet:Droplet") {
            ids.add(Number(id));
        }
        if (typeof outputs.tag === "string") {
            tags.add(outputs.tag);
        }
        const { predecessors } = outputs;
        const known: unknown[] = Array.isArray(predecessors) ? predecessors : [];
        known.push(outputs.dropletId);
        known.forEach((its) => ids.add(Number(its)));
    }
    return { ids, tags };
}

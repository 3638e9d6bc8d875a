import { AbandonedError } from "../../provider/teardown/errors.js";
import type { TeardownWorld } from "../support/teardown-world.js";
import { Deployment } from "./engine/deployment.js";
import type { DeploymentOptions } from "./engine/options.js";
import { clone, type Resource } from "./engine/resource.js";
import type { Mishap } from "./life.js";
import { Line, Moments } from "./line.js";
import { Plugins } from "./plugins.js";
import type { Registration } from "./recorder/registration.js";
import type { Ran, Start } from "./stack.js";

/** What a run works on, and how. */
export interface ModelRunOptions extends Omit<DeploymentOptions, "providerFor"> {
    readonly world: TeardownWorld;
    readonly state: readonly Resource[];
    readonly program: readonly Registration[];
    readonly token: string;
    readonly mishaps: readonly Mishap[];
    readonly onPanel: Start["onPanel"];
    readonly onRequest: () => void;
    readonly newName: (resourceName: string) => string;
}

/** One run of the model of the engine, with plugin processes of its own. */
export class ModelRun {
    readonly #options: ModelRunOptions;
    readonly #line: Line;
    readonly #plugins: Plugins;
    readonly #deployment: Deployment;
    /** What the plugins said, without what the next line replaces. */
    readonly #lines: string[] = [];
    #end: "interrupted" | "killed" | null = null;
    /** What was in the state's file when the engine was killed. */
    #left: readonly Resource[] | null = null;
    #die: () => void = () => undefined;
    readonly #killed = new Promise<void>((resolve) => (this.#die = resolve));

    constructor(options: ModelRunOptions) {
        const { world, state, program, mishaps, token } = options;
        this.#options = options;
        const moments = new Moments(mishaps, (mishap) => this.#strike(mishap));
        this.#line = new Line(world.simulator, moments, options.onRequest);
        const own = world.process({
            env: { DIGITALOCEAN_TOKEN: token },
            config: {},
            fetch: this.#line.fetch,
            ensureAlive: () => this.#ensureAlive(),
            log: async (text, _urn, ephemeral) => {
                if (!ephemeral && this.#end !== "killed") {
                    this.#lines.push(text);
                }
            },
        });
        this.#plugins = new Plugins(own, {
            fetch: this.#line.fetch,
            clock: world.clock,
            ...{ token, newName: options.newName },
        });
        const { providerFor } = this.#plugins;
        this.#deployment = new Deployment(state.map(clone), program, {
            ...options,
            providerFor: providerFor,
        });
    }

    async run(): Promise<Ran & { readonly state: readonly Resource[] }> {
        const { world, operation, state } = this.#options;
        const isWell = await world.clock.run(Promise.race([this.#deployment.run(), this.#killed]));
        const { snapshot, troubles } = this.#deployment;
        const errors = troubles.map(({ urn, message }) => `${urn}: ${message}`);
        return {
            ended: this.#end ?? (isWell === true ? "well" : "badly"),
            text: [...this.#lines, ...errors].join("\n"),
            calls: [...this.#plugins.calls],
            state: operation === "preview" ? state : (this.#left ?? snapshot.written()),
        };
    }

    async #ensureAlive(): Promise<void> {
        if (this.#end === "killed") {
            throw new AbandonedError("the Pulumi engine is gone");
        }
    }

    #strike(mishap: Mishap): void {
        switch (mishap.mishap) {
            case "interrupted":
                this.#end ??= "interrupted";
                this.#deployment.cancel();
                return;
            case "plugins killed":
                this.#line.cut();
                this.#plugins.die();
                return;
            case "killed":
                this.#kill();
                return;
            case "all killed":
                this.#line.cut();
                this.#kill();
                return;
            case "panel":
                this.#options.onPanel(mishap);
        }
    }

    #kill(): void {
        this.#end = "killed";
        this.#left ??= this.#deployment.snapshot.written();
        this.#deployment.cancel();
        this.#die();
    }
}

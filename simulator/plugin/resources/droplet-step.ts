import { act } from "../api/actions.js";
import type { Api } from "../api/api.js";
import type { Json, Props } from "../core/props.js";
import { PartialFailure } from "../core/resource.js";
import { type DropletWire, dropletPath, getDroplet, stateOf } from "./droplet-wire.js";

const TIMEOUT_MS = 60 * 60_000;
const NOT_FOUND_CHECKS = 120;

/**
 * A create or an update of a Droplet. As in the official provider, each look at the Droplet goes into its state
 * at once, so that the state of a step that fails is what was seen last, and what was planned where nothing was.
 */
export class DropletStep {
    readonly #api: Api;
    readonly #id: string;
    /** A new Droplet may not be found at first; later that is an error. */
    readonly #mayBeMissing: boolean;
    #seen: Props = {};

    constructor(api: Api, id: string, kind: "create" | "update") {
        this.#api = api;
        this.#id = id;
        this.#mayBeMissing = kind === "create";
    }

    /** The state as it was seen last; empty before the first look. */
    get seen(): Props {
        return this.#seen;
    }

    async run(work: () => Promise<void>): Promise<void> {
        try {
            await work();
        } catch (error) {
            throw new PartialFailure(this.#id, this.#seen, (error as Error).message);
        }
    }

    /** Asks for an action without waiting for it. */
    async request(type: string, more: Props = {}): Promise<void> {
        await this.#api.post(`${dropletPath(this.#id)}/actions`, { type, ...more });
    }

    /** Asks for an action, and waits until it has completed. */
    async act(type: string, more: Record<string, Json> = {}): Promise<void> {
        await act(this.#api, `${dropletPath(this.#id)}/actions`, { type, ...more });
    }

    /** Waits until the Droplet is as wanted and not locked. */
    async until(isAsWanted: (now: DropletWire) => boolean): Promise<void> {
        let missing = 0;
        await this.#api.until(async () => {
            const now = await getDroplet(this.#api, this.#id);
            if (now === null) {
                this.#refuse(++missing);
                return undefined;
            }
            missing = 0;
            this.#seen = stateOf(now);
            return !now.locked && isAsWanted(now) ? now : undefined;
        }, TIMEOUT_MS);
    }

    #refuse(missing: number): void {
        if (!this.#mayBeMissing) {
            throw new Error(`droplet (${this.#id}) not found during update`);
        }
        if (missing > NOT_FOUND_CHECKS) {
            throw new Error(`couldn't find resource (${missing} retries)`);
        }
    }
}

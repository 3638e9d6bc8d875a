/** Lets so many pieces of work run at a time, in the order in which they come. */
export class Turns {
    #free: number;
    readonly #waiting: (() => void)[] = [];

    constructor(places: number) {
        this.#free = places;
    }

    async take<T>(work: () => Promise<T>): Promise<T> {
        if (this.#free > 0) {
            this.#free -= 1;
        } else {
            await new Promise<void>((resolve) => this.#waiting.push(resolve));
        }
        try {
            return await work();
        } finally {
            const next = this.#waiting.shift();
            if (next === undefined) {
                this.#free += 1;
            } else {
                next();
            }
        }
    }
}

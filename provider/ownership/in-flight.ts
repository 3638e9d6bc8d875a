/** The executors of each stack that are running in this process. */
export class InFlight {
    readonly #counts = new Map<string, number>();

    /** Counts an executor until the returned function is called, which returns whether it was its stack's last. */
    enter(stackTag: string): () => boolean {
        this.#add(stackTag, 1);
        let inside = true;
        return () => {
            if (!inside) {
                return false;
            }
            inside = false;
            return this.#add(stackTag, -1) === 0;
        };
    }

    #add(stackTag: string, change: number): number {
        const count = (this.#counts.get(stackTag) ?? 0) + change;
        this.#counts.set(stackTag, count);
        return count;
    }
}

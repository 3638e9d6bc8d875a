/** A shared, constant answer: the first caller fetches it for all; a failure is not cached. */
export class Once<T> {
    #answer: Promise<T> | null = null;

    /** Joins an in-flight call; each caller keeps its own abort signal, and calls again if that call fails. */
    async ask(question: (signal: AbortSignal) => Promise<T>, signal: AbortSignal): Promise<T> {
        for (let asked = this.#answer; asked !== null; asked = this.#answer) {
            const known = await unlessAborted(settled(asked), signal);
            if (known !== null) {
                return known.value;
            }
            this.#forget(asked);
        }
        const answer = question(signal);
        this.#answer = answer;
        try {
            return await answer;
        } catch (error) {
            this.#forget(answer);
            throw error;
        }
    }

    #forget(answer: Promise<T>): void {
        if (this.#answer === answer) {
            this.#answer = null;
        }
    }
}

function settled<T>(answer: Promise<T>): Promise<{ readonly value: T } | null> {
    return answer.then(
        (value) => ({ value }),
        () => null,
    );
}

function unlessAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
    signal.throwIfAborted();
    return new Promise((resolve, reject) => {
        const abort = (): void => reject(signal.reason as Error);
        signal.addEventListener("abort", abort, { once: true });
        void work.then((value) => {
            signal.removeEventListener("abort", abort);
            resolve(value);
        });
    });
}

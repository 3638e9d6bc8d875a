export interface Failure {
    /** How many attempts fail; 1 unless said. */
    readonly times?: number;
    readonly message?: string;
}

/** Which resources refuse to be destroyed, how often, and what they say. */
export class FailureScript {
    readonly #script = new Map<string, { left: number; readonly message: string }>();

    /** `resourceId` is the id in the associated list. */
    failItem(resourceId: string, failure: Failure = {}): void {
        this.#script.set(resourceId, {
            left: failure.times ?? 1,
            message: failure.message ?? "resource is busy",
        });
    }

    failDroplet(dropletId: number, failure: Failure = {}): void {
        this.failItem(dropletKey(dropletId), failure);
    }

    /** Uses up one attempt; the reason when it fails, else null. */
    attemptItem(resourceId: string): string | null {
        const entry = this.#script.get(resourceId);
        if (entry === undefined || entry.left <= 0) {
            return null;
        }
        entry.left--;
        return entry.message;
    }

    attemptDroplet(dropletId: number): string | null {
        return this.attemptItem(dropletKey(dropletId));
    }

    clear(): void {
        this.#script.clear();
    }
}

function dropletKey(dropletId: number): string {
    return `droplet ${dropletId}`;
}

export interface Failure {
    /** Number of attempts that fail; default 1. */
    readonly times?: number;
    readonly message?: string;
}

/** Which resources fail to be destroyed, how often, and with which message. */
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

    /** Uses up one attempt; returns the reason if it fails, else null. */
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

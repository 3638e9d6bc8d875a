/** Runs `work`; `problem` is put before the message of what it throws. */
export async function explained<T>(problem: string, work: () => Promise<T>): Promise<T> {
    try {
        return await work();
    } catch (error) {
        throw new Error(`${problem}: ${(error as Error).message}`, { cause: error });
    }
}

/** Runs work for each item with limited concurrency; results are in the items' order. The first error ends it. */
export async function mapBounded<Item, Result>(
    items: readonly Item[],
    limit: number,
    work: (item: Item) => Promise<Result>,
): Promise<Result[]> {
    const results: Result[] = new Array<Result>(items.length);
    const queue = items.entries();
    const worker = async (): Promise<void> => {
        for (const [index, item] of queue) {
            results[index] = await work(item);
        }
    };
    await Promise.all(Array.from({ length: Math.min(limit, items.length) }, worker));
    return results;
}

import type { FetchAnswer } from "./fetch.js";

/** A page of 200 Droplets is about half a megabyte. */
const LARGEST_BODY_BYTES = 8 * 1024 * 1024;

export interface Body {
    readonly text: string;
    /** False: the body exceeds the limit, and the rest was not read. */
    readonly complete: boolean;
}

/** Reads a body as UTF-8, up to the limit. A longer body is cut off, and its connection closed. */
export async function readBody(body: FetchAnswer["body"], limitBytes = LARGEST_BODY_BYTES): Promise<Body> {
    const chunks: Buffer[] = [];
    let bytes = 0;
    for await (const chunk of body ?? []) {
        const buffer = Buffer.from(chunk);
        bytes += buffer.length;
        if (bytes > limitBytes) {
            return { text: decode(chunks), complete: false };
        }
        chunks.push(buffer);
    }
    return { text: decode(chunks), complete: true };
}

function decode(chunks: readonly Buffer[]): string {
    return Buffer.concat(chunks).toString("utf8");
}

/** What goes back over the wire. */
export interface Delivery {
    readonly kind: "answer";
    readonly status: number;
    readonly headers: Readonly<Record<string, string>>;
    readonly body: WireBody;
    /** Wait this long before the answer leaves. */
    readonly delayMs: number;
}

export type WireBody =
    | { readonly kind: "none" }
    | { readonly kind: "text"; readonly text: string }
    /** Ends in the middle: the connection breaks after this text. */
    | { readonly kind: "cut"; readonly text: string }
    /** A JSON string of this many bytes. */
    | { readonly kind: "huge"; readonly bytes: number };

/** The connection breaks without an answer. */
export interface Drop {
    readonly kind: "drop";
}

const CHUNK_BYTES = 65_536;

/** The body in pieces; throws where the connection breaks. */
export async function* chunks(body: WireBody): AsyncGenerator<Uint8Array, void> {
    switch (body.kind) {
        case "none":
            return;
        case "text":
            yield Buffer.from(body.text);
            return;
        case "cut":
            yield Buffer.from(body.text);
            throw connectionReset();
        case "huge":
            yield Buffer.from('{"filler":"');
            for (let left = body.bytes; left > 0; left -= CHUNK_BYTES) {
                yield Buffer.alloc(Math.min(left, CHUNK_BYTES), "x");
            }
            yield Buffer.from('"}');
    }
}

/** What a client sees of a broken connection. */
export function connectionReset(): Error {
    return Object.assign(new Error("socket hang up"), { code: "ECONNRESET" });
}

/** A request as it arrived, before it is known whose it is. */
export interface WireRequest {
    readonly method: string;
    readonly url: URL;
    /** Names in lower case. */
    readonly headers: ReadonlyMap<string, string>;
    readonly body: string;
}

/** ASN.1 in its distinguished encoding, as far as a certificate needs it: each value is a tag, a length and a content. */
const TAG = {
    boolean: 0x01,
    integer: 0x02,
    bitString: 0x03,
    octetString: 0x04,
    objectId: 0x06,
    utf8: 0x0c,
    utcTime: 0x17,
    sequence: 0x30,
    set: 0x31,
    /** Of a field that its number names, and not its type. */
    primitive: 0x80,
    constructed: 0xa0,
} as const;

export const der = {
    yes: value(TAG.boolean, Buffer.from([0xff])),
    sequence: (...parts: readonly Buffer[]): Buffer => value(TAG.sequence, ...parts),
    set: (...parts: readonly Buffer[]): Buffer => value(TAG.set, ...parts),
    /** Below 128. */
    integer: (number: number): Buffer => value(TAG.integer, Buffer.from([number])),
    /** Positive, with the highest bit of the first byte set. */
    longInteger: (bytes: Buffer): Buffer => value(TAG.integer, Buffer.from([0]), bytes),
    bits: (bytes: Buffer, unused = 0): Buffer => value(TAG.bitString, Buffer.from([unused]), bytes),
    octets: (bytes: Buffer): Buffer => value(TAG.octetString, bytes),
    text: (text: string): Buffer => value(TAG.utf8, Buffer.from(text)),
    /** To the second, in this century. */
    time: (ms: number): Buffer => {
        const digits = new Date(ms).toISOString().replace(/\.\d+|[-:T]/g, "");
        return value(TAG.utcTime, Buffer.from(digits.slice(2)));
    },
    objectId,
    /** A field by its number. */
    field: (number: number, bytes: Buffer): Buffer => value(TAG.primitive + number, bytes),
    /** A value that is wrapped into a field. */
    wrapped: (number: number, inner: Buffer): Buffer => value(TAG.constructed + number, inner),
};

function value(tag: number, ...parts: readonly Buffer[]): Buffer {
    const content = Buffer.concat(parts);
    return Buffer.concat([Buffer.from([tag, ...encodeLength(content)]), content]);
}

/** Below 128 as it is, otherwise the number of its bytes goes before them. */
function encodeLength({ length }: Buffer): number[] {
    if (length < 0x80) {
        return [length];
    }
    const bytes = length < 0x100 ? [length] : [length >> 8, length & 0xff];
    return [0x80 + bytes.length, ...bytes];
}

/** `1.2.840.10045.4.3.2`: the first two numbers share a byte, the others are in base 128. */
function objectId(dotted: string): Buffer {
    const [first = 0, second = 0, ...rest] = dotted.split(".").map(Number);
    return value(TAG.objectId, Buffer.from([first * 40 + second, ...rest.flatMap(base128)]));
}

function base128(number: number): number[] {
    const digits = [number & 0x7f];
    for (let left = number >> 7; left > 0; left >>= 7) {
        digits.unshift((left & 0x7f) | 0x80);
    }
    return digits;
}

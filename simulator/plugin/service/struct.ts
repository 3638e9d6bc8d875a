import { Struct } from "google-protobuf/google/protobuf/struct_pb.js";

import type { Json, Props } from "../core/props.js";

/** A secret is an object with this entry and its value, as the engine sends them in a provider's configuration. */
const SIGNATURE = "4dabf18193072939515e22adb298388d";
const SECRET = "1b47061264138c4ac30d75fd1eb44270";

/** Properties out of a message, secrets as plain values; none where the field is not set. */
export function propsOf(struct: Struct | undefined): Props {
    return plain(struct?.toJavaScript() ?? {}) as Props;
}

export function structOf(props: Props): Struct {
    return Struct.fromJavaScript({ ...props });
}

function plain(value: Json): Json {
    if (value === null || typeof value !== "object") {
        return value;
    }
    if (isList(value)) {
        return value.map(plain);
    }
    if (value[SIGNATURE] === SECRET) {
        return plain(value.value ?? null);
    }
    return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, plain(item)]));
}

/** `Array.isArray` does not narrow read-only lists. */
function isList(value: Json): value is readonly Json[] {
    return Array.isArray(value);
}

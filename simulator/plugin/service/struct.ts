import { Struct } from "google-protobuf/google/protobuf/struct_pb.js";

import type { Props } from "../core/props.js";

/** Properties out of a message; none where the field is not set. */
export function propsOf(struct: Struct | undefined): Props {
    return (struct?.toJavaScript() ?? {}) as Props;
}

export function structOf(props: Props): Struct {
    return Struct.fromJavaScript({ ...props });
}

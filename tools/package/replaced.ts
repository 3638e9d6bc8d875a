import { basename } from "node:path";
import type { Plugin } from "rolldown" with { "resolution-mode": "import" };

import { protocolInUse } from "./protocol.js";

/** The module of this package's version, which reads `package.json` where it is not bundled. */
const VERSION = /provider[\\/]access[\\/]version\.ts$/;

/** The program says its version without looking for its `package.json`. */
export function withVersion(version: string): Plugin {
    return {
        name: "version",
        load: (id) => (VERSION.test(id) ? `export const version = ${JSON.stringify(version)};` : null),
    };
}

/**
 * What no supported Node.js and no engine reaches: a polyfill for one without `ReadableStream`, what gRPC loads for its
 * channelz and load reports, and two of its ways to balance load, which only a server's configuration asks for.
 */
const UNREACHED =
    /^(?:web-streams-polyfill|@grpc\/proto-loader)(?:$|\/)|^\.\/load-balancer-(?:outlier-detection|weighted-round-robin)$/;
const NOTHING = "\0nothing:";

const PROTOCOL = /[\\/]@pulumi[\\/]pulumi[\\/]proto[\\/][^\\/]+$/;

/** A method of every generated message that nothing calls. */
const TO_OBJECT = "if (jspb.Message.GENERATE_TO_OBJECT) {";

/** Leaves out what is never run, half of the whole. */
export function leftOut(): Plugin {
    const inUse = protocolInUse();
    return {
        name: "left-out",
        resolveId: (id) => (UNREACHED.test(id) ? NOTHING + id : null),
        load: (id) => (id.startsWith(NOTHING) ? "module.exports = { setup() {} };" : null),
        transform: async (code, id) =>
            PROTOCOL.test(id)
                ? ((await inUse).get(basename(id)) ?? null)
                : id.endsWith("_pb.js")
                  ? code.replaceAll(TO_OBJECT, "if (false) {")
                  : null,
    };
}

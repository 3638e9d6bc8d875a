import type { Plugin } from "rolldown" with { "resolution-mode": "import" };

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
 * Packages that no supported Node.js reaches: a polyfill for one without `ReadableStream`, and what gRPC loads for its
 * channelz and load reports.
 */
const UNREACHED = /^(?:web-streams-polyfill|@grpc\/proto-loader)(?:$|\/)/;
const NOTHING = "\0nothing:";

/** A method of every generated message of Pulumi's protocol that nothing calls. */
const TO_OBJECT = "if (jspb.Message.GENERATE_TO_OBJECT) {";

/** Leaves out what is never run, a third of the whole. */
export function leftOut(): Plugin {
    return {
        name: "left-out",
        resolveId: (id) => (UNREACHED.test(id) ? NOTHING + id : null),
        load: (id) => (id.startsWith(NOTHING) ? "module.exports = {};" : null),
        transform: (code, id) => (id.endsWith("_pb.js") ? code.replaceAll(TO_OBJECT, "if (false) {") : null),
    };
}

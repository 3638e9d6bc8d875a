/**
 * Loaded first into the plugin processes of an engine test that looks at what the engine calls: writes each call of a
 * resource plugin that is no preview into the file of `ENGINE_TRACE`, one line when it comes and one when it is answered.
 */
import { appendFileSync } from "node:fs";
import Module from "node:module";

import type * as grpc from "@grpc/grpc-js";
import type { Struct } from "google-protobuf/google/protobuf/struct_pb.js";

type Handler = (
    call: { readonly request: Request },
    callback: (error: unknown, response?: Response, ...more: unknown[]) => void,
) => unknown;

/** The accessors of provider requests and responses, each of which has some of them. */
interface Structs {
    readonly getNews?: () => Struct | undefined;
    readonly getProperties?: () => Struct | undefined;
    readonly getInputs?: () => Struct | undefined;
}

interface Request extends Structs {
    readonly getUrn?: () => string;
    readonly getId?: () => string;
    readonly getPreview?: () => boolean;
}

interface Response extends Structs {
    readonly getReplacesList?: () => string[];
    readonly getChanges?: () => number;
}

interface Services {
    addService: (
        this: unknown,
        service: grpc.ServiceDefinition,
        implementation: grpc.UntypedServiceImplementation,
    ) => void;
}

const METHODS = ["check", "diff", "create", "read", "update", "delete"];
const DIFF_SOME = 2;
const [FILE] = [process.env.ENGINE_TRACE];
let isPatched = false;

if (FILE !== undefined) {
    const internals = Module as unknown as {
        _load: (this: unknown, id: string, ...more: unknown[]) => unknown;
    };
    const { _load: load } = internals;
    internals._load = function (id, ...more) {
        const loaded = load.call(this, id, ...more);
        if (id === "@grpc/grpc-js" && !isPatched) {
            isPatched = true;
            patch((loaded as { readonly Server: { readonly prototype: Services } }).Server.prototype, FILE);
        }
        return loaded;
    };
}

function patch(prototype: Services, file: string): void {
    const { addService } = prototype;
    prototype.addService = function (service, implementation) {
        const isProvider = service.check?.path.startsWith("/pulumirpc.ResourceProvider/") === true;
        addService.call(this, service, isProvider ? traced(implementation, file) : implementation);
    };
}

function traced(
    implementation: grpc.UntypedServiceImplementation,
    file: string,
): grpc.UntypedServiceImplementation {
    let calls = 0;
    const write = (line: object): void => appendFileSync(file, `${JSON.stringify(line)}\n`);
    const wrapped = METHODS.map((method) => {
        const handler = implementation[method] as unknown as Handler;
        const logged: Handler = (call, callback) => {
            const key = `${process.pid}-${(calls += 1)}`;
            const { request } = call;
            if (request.getPreview?.() === true) {
                return handler.call(implementation, call, callback);
            }
            const props = plain(request.getNews?.() ?? request.getProperties?.());
            write({ key, method, urn: request.getUrn?.() ?? "", id: request.getId?.() ?? "", props });
            return handler.call(implementation, call, (error, response, ...more) => {
                write({ key, answer: error || response === undefined ? null : toAnswer(method, response) });
                callback(error, response, ...more);
            });
        };
        return [method, logged as unknown as grpc.UntypedHandleCall] as const;
    });
    return Object.assign(implementation, Object.fromEntries(wrapped));
}

function toAnswer(method: string, response: Response): unknown {
    return method === "diff"
        ? { changes: response.getChanges?.() === DIFF_SOME, replaces: response.getReplacesList?.() }
        : plain(response.getProperties?.() ?? response.getInputs?.());
}

/** Without the text of the stored provider. */
function plain(struct: Struct | undefined): object {
    const entries = Object.entries(struct?.toJavaScript() ?? {});
    return Object.fromEntries(entries.filter(([name]) => name !== "__provider"));
}

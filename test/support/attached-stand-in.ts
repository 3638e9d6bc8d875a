import { Server, ServerCredentials } from "@grpc/grpc-js";
import {
    type IResourceProviderServer,
    ResourceProviderService,
} from "@pulumi/pulumi/proto/provider_grpc_pb.js";
import { machineClock } from "../../simulator/index.js";
import { Provider } from "../../simulator/plugin/core/provider.js";
import { resourceTypes } from "../../simulator/plugin/resources/index.js";
import { createService, type Effects, MAX_MESSAGE_BYTES } from "../../simulator/plugin/service/service.js";
import { originMsIn, quickClock } from "./quick-time.js";

type Call = (call: { getPeer(): string }, ...rest: unknown[]) => void;

/**
 * The stand-in plugin in the process of the test, which engines attach to instead of starting a process for each run.
 * To an engine it is as one that it has started: its configuration is its own, and what it does ends with the engine.
 */
export class AttachedStandIn {
    #server = new Server();
    /** An engine connects once for each provider that it would start, and configures each in its own way. */
    readonly #services = new Map<
        string,
        { readonly effects: Effects; readonly service: IResourceProviderServer }
    >();
    #port = 0;
    #effects: Effects | undefined;

    static async start(): Promise<AttachedStandIn> {
        const standIn = new AttachedStandIn();
        await standIn.#listen();
        return standIn;
    }

    /** For the environment of an engine. */
    get variables(): NodeJS.ProcessEnv {
        return { PULUMI_DEBUG_PROVIDERS: `digitalocean:${this.#port}` };
    }

    /** Connections from now on come from an engine with this environment. */
    serve(env: NodeJS.ProcessEnv): { readonly end: () => void } {
        const originMs = originMsIn(env);
        const clock = originMs === undefined ? machineClock : quickClock(originMs);
        const ended = new AbortController();
        const unlessEnded = async <T>(work: () => Promise<T>): Promise<T> => {
            ended.signal.throwIfAborted();
            return work();
        };
        const effects: Effects = {
            env,
            fetch: (...request) => unlessEnded(() => fetch(...request)),
            sleep: (ms) => unlessEnded(() => clock.sleep(ms)),
            die: () => {
                this.close();
                void this.#listen();
            },
        };
        this.#effects = effects;
        const end = (): void => {
            ended.abort(new Error("the engine has ended"));
            // The next engine may connect from the same port.
            [...this.#services]
                .filter(([, { effects: its }]) => its === effects)
                .forEach(([peer]) => this.#services.delete(peer));
        };
        return { end };
    }

    close(): void {
        this.#server.forceShutdown();
    }

    async #listen(): Promise<void> {
        this.#server = new Server({ "grpc.max_receive_message_length": MAX_MESSAGE_BYTES });
        const methods = Object.keys(ResourceProviderService);
        const service = Object.fromEntries(
            methods.map((method): [string, Call] => [
                method,
                (call, ...rest) => (this.#serviceFor(call.getPeer())[method] as Call)(call, ...rest),
            ]),
        );
        this.#server.addService(ResourceProviderService, service);
        this.#port = await new Promise<number>((resolve, reject) => {
            this.#server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, port) =>
                error === null ? resolve(port) : reject(error),
            );
        });
    }

    #serviceFor(peer: string): IResourceProviderServer {
        if (this.#effects === undefined) {
            throw new Error("no engine has been started");
        }
        const effects = this.#effects;
        const known = this.#services.get(peer) ?? {
            effects,
            service: createService(new Provider(resourceTypes), effects),
        };
        this.#services.set(peer, known);
        return known.service;
    }
}

/**
 * Loaded first into the Node.js processes of an engine test, which spend most of their time on starting: they take the
 * compiled form of the repository's modules from a cache, load what they rarely need when they need it, and do not map
 * stack traces. The same code runs.
 */
import Module from "node:module";
import { dirname, join, relative, sep } from "node:path";
import { setFlagsFromString } from "node:v8";

import { CompiledModules } from "./compiled-modules.js";
import { REPOSITORY } from "./engine-project-files.js";

interface LoadedModule extends NodeJS.Module {
    exports: object;
}

interface Internals {
    readonly wrap: (source: string) => string;
    readonly prototype: { _compile: (this: LoadedModule, source: string, filename: string) => unknown };
}

type Wrapped = (this: object, ...scope: readonly unknown[]) => void;

/** Pulumi's SDK loads them at its start, and an engine test rarely uses them. */
const ON_DEMAND = [
    join("@npmcli", "arborist", "lib", "index.js"),
    join("pulumi", "automation", "index.js"),
    join("pulumi", "typescript-shim.js"),
    join("normalize-package-data", "lib", "normalize.js"),
    join("semver", "index.js"),
    ...[
        "exporter-zipkin",
        "instrumentation",
        "instrumentation-grpc",
        "resources",
        "sdk-trace-base",
        "sdk-trace-node",
    ].map((name) => join("@opentelemetry", name, "build", "src", "index.js")),
];
/** Of a project that has installed its own, nothing changes. */
const INSTALLED = join(REPOSITORY, "node_modules", sep);

/** Reads all source maps on the way to the first error that somebody makes. */
const MAPS_STACK_TRACES = /(?:clone|wrap)CallSite/;

const [, main] = process.argv;
if (main !== undefined) {
    // Pulumi's SDK sets it halfway, and V8 refuses what was stored under other flags.
    setFlagsFromString("--allow-natives-syntax");
    compileFrom(
        new CompiledModules(
            relative(REPOSITORY, main)
                .replace(/^\.\..*[\\/]/, "")
                .replaceAll(sep, "-"),
        ),
    );
    leaveStackTracesAlone();
    leaveJavaScriptAlone();
}

function compileFrom(compiled: CompiledModules): void {
    const { wrap, prototype } = Module as unknown as Internals;
    const { _compile: compile } = prototype;
    const load = (module: LoadedModule, source: string, filename: string): void => {
        const script = compiled.script(wrap(source.replace(/^#!/, "//")), filename);
        const run = script.runInThisContext() as Wrapped;
        const { exports } = module;
        run.call(exports, exports, createRequire(module, filename), module, filename, dirname(filename));
    };
    prototype._compile = function (source, filename) {
        if (!filename.startsWith(INSTALLED) || importsDynamically(source, filename)) {
            return compile.call(this, source, filename);
        }
        if (ON_DEMAND.some((end) => filename.endsWith(end))) {
            this.exports = onDemand(() => {
                this.exports = {};
                load(this, source, filename);
                return this.exports;
            });
        } else {
            load(this, source, filename);
        }
        return undefined;
    };
}

/** A script that comes from a cache cannot. The compiler has the word in its texts only. */
function importsDynamically(source: string, filename: string): boolean {
    return source.includes("import(") && !filename.endsWith(join("typescript", "lib", "typescript.js"));
}

function createRequire(module: LoadedModule, filename: string): NodeJS.Require {
    const own = (id: string): unknown => module.require(id);
    return Object.assign(own, Module.createRequire(filename), { main: require.main });
}

/** Stands for a CommonJS module until something of it is asked for. */
function onDemand(load: () => object): object {
    let loaded: object | undefined;
    const exports = (): object => (loaded ??= load());
    return new Proxy(
        {},
        {
            get: (_, name) => {
                // TypeScript's helpers ask this of each import, and go through the others' properties.
                if (name === "__esModule") {
                    return true;
                }
                return name === "default" ? exports() : (Reflect.get(exports(), name) as unknown);
            },
            has: (_, name) => Reflect.has(exports(), name),
        },
    );
}

function leaveStackTracesAlone(): void {
    let prepareStackTrace: unknown;
    Object.defineProperty(Error, "prepareStackTrace", {
        configurable: true,
        get: () => prepareStackTrace,
        set: (prepare: unknown) => {
            if (!MAPS_STACK_TRACES.test(String(prepare))) {
                prepareStackTrace = prepare;
            }
        },
    });
}

/** The language host that is built here takes every program for one in TypeScript, unlike those of releases. */
function leaveJavaScriptAlone(): void {
    if (process.argv.at(-1)?.endsWith(".js") === true) {
        delete process.env.PULUMI_NODEJS_TYPESCRIPT;
    }
}

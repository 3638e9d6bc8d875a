import { mkdtemp, rename, rm } from "node:fs/promises";
import { dirname, join } from "node:path";

import { buildEngine } from "./build.js";
import { engineFolder } from "./cache.js";
import { cachedVersion, type Engine, type EngineContext } from "./engine.js";
import { engineIn, findEngine, findInCache } from "./find.js";
import { withLock } from "./lock.js";
import { installRelease } from "./release.js";

type Source = readonly ["release" | "build", (folder: string, context: EngineContext) => Promise<boolean>];

const SOURCES: readonly Source[] = [
    ["release", installRelease],
    ["build", buildEngine],
];

/** Finds an engine, or gets one: the official release, else a build with Go. Throws where neither is possible. */
export async function ensureEngine(context: EngineContext): Promise<Engine> {
    return (await findEngine(context)) ?? (await getEngine(context));
}

function getEngine(context: EngineContext): Promise<Engine> {
    const folder = engineFolder(context.env, context.platform);
    return withLock(
        `${folder}.lock`,
        async () => (await findInCache(context)) ?? (await getInto(folder, context)),
        () => context.log("another process is getting the Pulumi engine: waiting for it"),
    );
}

async function getInto(folder: string, context: EngineContext): Promise<Engine> {
    const problems: string[] = [];
    for (const [source, get] of SOURCES) {
        const draft = await mkdtemp(`${folder}-draft-`);
        try {
            const got = await get(draft, context);
            if (got && (await engineIn([join(draft, "bin")], source, context)) !== null) {
                return await publish(draft, folder, source, context);
            }
        } catch (error) {
            problems.push((error as Error).message);
        } finally {
            await rm(draft, { recursive: true, force: true });
        }
    }
    throw new Error([howToGetOne(cachedVersion(context.env), dirname(folder)), ...problems].join("\n"));
}

/** A rename, so that nobody ever sees half an engine. */
async function publish(
    draft: string,
    folder: string,
    source: "release" | "build",
    context: EngineContext,
): Promise<Engine> {
    await rm(folder, { recursive: true, force: true });
    await rename(draft, folder);
    const engine = await engineIn([join(folder, "bin")], source, context);
    if (engine === null) {
        throw new Error(`the engine in ${folder} does not answer`);
    }
    return engine;
}

function howToGetOne(version: string, cache: string): string {
    return [
        `no Pulumi engine on this machine, and ${version} could not be had. One of these helps:`,
        "  - install Pulumi (https://www.pulumi.com/docs/install/) and put it on PATH",
        `  - install Go 1.26 or newer (https://go.dev/dl/): Pulumi ${version} is then built from its modules`,
        `  - copy an engine from another machine into ${cache}`,
    ].join("\n");
}

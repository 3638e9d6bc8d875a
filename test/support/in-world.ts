import { EngineWorld, succeeds, type WorldImage, type WorldOptions } from "./engine-world.js";

export interface StoryOptions extends WorldOptions {
    /**
     * The story begins after an `up` of the program, which is run once for all stories of the same program, simulator
     * settings, tokens and names. `env` is for what comes after it.
     */
    readonly isUp?: boolean;
}

const images = new Map<string, Promise<WorldImage>>();

/** Opens a world, tells a story in it and closes it. Stories may be told at the same time. */
export async function inWorld<T>(
    { isUp = false, ...options }: StoryOptions,
    story: (world: EngineWorld) => Promise<T>,
): Promise<T> {
    const world = await EngineWorld.open(options, isUp ? await imageOfUp(options) : undefined);
    try {
        return await story(world);
    } finally {
        await world.close();
    }
}

function imageOfUp(options: WorldOptions): Promise<WorldImage> {
    const { engine, program, rewrite, install, settings, grants, token, name, stack } = options;
    const source = rewrite === undefined ? program : rewrite(program);
    const key = JSON.stringify([engine.command, source, install?.name, settings, grants, token, name, stack]);
    const known = images.get(key) ?? up({ ...options, env: {} });
    images.set(key, known);
    return known;
}

function up(options: WorldOptions): Promise<WorldImage> {
    return inWorld(options, async (world) => {
        await succeeds(world.project.up());
        return world.image();
    });
}

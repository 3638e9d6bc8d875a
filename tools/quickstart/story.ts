import type { Ended } from "./command-line.js";
import { managedVolume, showRemains, type ManagedVolume } from "./remains.js";
import type { Stage } from "./stage.js";
import { visitPanel, type Additions } from "./visitor.js";

/** Create, look, destroy: nothing is left. */
export async function tellSuccess(stage: Stage): Promise<void> {
    const startedMs = performance.now();
    const { managed } = await tellBeginning(stage);
    succeeds("pulumi destroy", await stage.pulumi("destroy"));
    showRemains(stage.simulator, managed, stage.screen);
    tellEnd(
        stage,
        startedMs,
        "`npm run quickstart -- --fail` shows what happens when something cannot be destroyed.",
    );
}

/** The same with a snapshot that cannot be destroyed at first. */
export async function tellFailure(stage: Stage): Promise<void> {
    const startedMs = performance.now();
    const { simulator, screen } = stage;
    const { managed, additions } = await tellBeginning(stage);
    simulator.faults.failItem(additions.nightlyId, { times: Infinity, message: "resource is busy" });
    screen.heading("from now on snapshot nightly cannot be destroyed");
    fails("pulumi destroy", await stage.pulumi("destroy"), "nightly");
    simulator.faults.clear();
    screen.heading("now it can: the same command again finishes what is left");
    succeeds("the second pulumi destroy", await stage.pulumi("destroy"));
    showRemains(simulator, managed, screen);
    tellEnd(stage, startedMs, "The first destroy was meant to fail; the second one has finished it.");
}

async function tellBeginning(stage: Stage): Promise<{ managed: ManagedVolume; additions: Additions }> {
    succeeds("pulumi up", await stage.pulumi("up"));
    const managed = managedVolume(stage.simulator);
    const additions = visitPanel(stage.simulator, stage.screen);
    const refreshed = await stage.pulumi("refresh");
    succeeds("pulumi refresh", refreshed);
    const missing = additions.names.filter((name) => !refreshed.output.includes(name));
    if (missing.length > 0) {
        throw new Error(`pulumi refresh does not list ${missing.join(", ")}`);
    }
    return { managed, additions };
}

function tellEnd({ screen }: Stage, startedMs: number, text: string): void {
    const seconds = Math.round((performance.now() - startedMs) / 1_000);
    screen.heading(`done in ${seconds} s`);
    screen.line(text);
}

function succeeds(what: string, { code }: Ended): void {
    if (code !== 0) {
        throw new Error(`${what} ended with exit code ${String(code)}, not 0`);
    }
}

function fails(what: string, { code, output }: Ended, name: string): void {
    if (code === 0 || !output.includes("could not be destroyed") || !output.includes(name)) {
        throw new Error(`${what} was to fail and to name ${name}; its exit code is ${String(code)}`);
    }
}

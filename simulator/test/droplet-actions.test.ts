import { strict as assert } from "node:assert";
import { simulated } from "./harness.js";

interface Shown {
    readonly disk: number;
    readonly memory: number;
    readonly size_slug: string;
    readonly image: { readonly id: number; readonly slug: string | null };
}

function withDroplet() {
    const world = simulated();
    const { call, run, clock, simulator } = world;
    const { id } = simulator.panel.createDroplet("web-1");
    return {
        ...world,
        id,
        act: async (body: object) => {
            const answer = await run(() => call(`POST droplets/${id}/actions`, body));
            await run(() => clock.sleep(10_000));
            return answer;
        },
        shown: async () => (await run(() => call(`GET droplets/${id}`))).body.droplet as Shown,
    };
}

describe("an action on a simulated Droplet", () => {
    it("resizes its memory, and its disk only where that is asked for", async () => {
        const { act, shown } = withDroplet();
        await act({ type: "resize", size: "s-1vcpu-2gb" });
        const flexible = await shown();
        assert.deepEqual([flexible.size_slug, flexible.memory, flexible.disk], ["s-1vcpu-2gb", 2_048, 25]);
        await act({ type: "resize", size: "s-1vcpu-1gb" });
        await act({ type: "resize", size: "s-1vcpu-2gb", disk: true });
        assert.equal((await shown()).disk, 50);
    });

    it("cannot make its disk smaller", async () => {
        const { act, shown } = withDroplet();
        assert.equal((await act({ type: "resize", size: "s-1vcpu-512mb-10gb" })).status, 422);
        assert.equal((await shown()).size_slug, "s-1vcpu-1gb");
    });

    it("rebuilds it from another image, by slug or number", async () => {
        const { act, shown, simulator, id } = withDroplet();
        await act({ type: "rebuild", image: "debian-12-x64" });
        assert.equal((await shown()).image.slug, "debian-12-x64");
        const snapshot = simulator.panel.takeSnapshot(id, "nightly");
        await act({ type: "rebuild", image: Number(snapshot.id) });
        assert.equal((await shown()).image.id, Number(snapshot.id));
        assert.equal((await act({ type: "rebuild", image: "unheard-of" })).status, 422);
    });

    it("restores it from its backup", async () => {
        const { act, shown, simulator, id } = withDroplet();
        const backup = simulator.panel.takeBackup(id, "weekly");
        await act({ type: "restore", image: Number(backup.id) });
        assert.equal((await shown()).image.id, Number(backup.id));
    });
});

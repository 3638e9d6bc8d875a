import { strict as assert } from "node:assert";
import { simulated } from "./harness.js";

const WEEKLY = { plan: "weekly", weekday: "MON", hour: 4 };

function withBackups() {
    const world = simulated();
    const { call, run, clock } = world;
    const create = async (body: object): Promise<number> => {
        const wanted = { name: "web-1", region: "nyc3", size: "s-1vcpu-1gb", image: "debian-12-x64" };
        const answer = await run(() => call("POST droplets", { ...wanted, ...body }));
        await run(() => clock.sleep(10_000));
        return (answer.body.droplet as { id: number }).id;
    };
    return {
        ...world,
        create,
        act: async (id: number, body: object) => {
            const { status } = await run(() => call(`POST droplets/${id}/actions`, body));
            await run(() => clock.sleep(10_000));
            return status;
        },
        policy: async (id: number) =>
            (await run(() => call(`GET droplets/${id}/backups/policy`))).body.policy,
    };
}

/** Virtual time begins on Thursday, 1 January 2026. */
describe("the backup policy of a simulated Droplet", () => {
    it("is daily where backups are asked for without one", async () => {
        const { create, policy } = withBackups();
        const id = await create({ backups: true });
        assert.deepEqual(await policy(id), {
            droplet_id: id,
            backup_enabled: true,
            backup_policy: { plan: "daily", hour: 20, window_length_hours: 4, retention_period_days: 7 },
            next_backup_window: { start: "2026-01-01T20:00:00Z", end: "2026-01-02T00:00:00Z" },
        });
    });

    it("is the one that was asked for", async () => {
        const { create, policy } = withBackups();
        const id = await create({ backups: true, backup_policy: WEEKLY });
        assert.deepEqual(await policy(id), {
            droplet_id: id,
            backup_enabled: true,
            backup_policy: { ...WEEKLY, window_length_hours: 4, retention_period_days: 28 },
            next_backup_window: { start: "2026-01-05T04:00:00Z", end: "2026-01-05T08:00:00Z" },
        });
    });

    it("is changed, dropped and taken up by actions", async () => {
        const { create, policy, act, call, run } = withBackups();
        const id = await create({});
        assert.deepEqual(await policy(id), { droplet_id: id, backup_enabled: false });
        assert.equal(await act(id, { type: "change_backup_policy", backup_policy: WEEKLY }), 422);
        assert.equal(
            await act(id, { type: "enable_backups", backup_policy: { plan: "daily", hour: 8 } }),
            201,
        );
        assert.equal(await act(id, { type: "change_backup_policy", backup_policy: WEEKLY }), 201);
        const { droplet } = (await run(() => call(`GET droplets/${id}`))).body;
        const { next_backup_window: next } = droplet as { next_backup_window: { start: string } };
        assert.equal(next.start, "2026-01-05T04:00:00Z");
        assert.equal(await act(id, { type: "disable_backups" }), 201);
        assert.deepEqual(await policy(id), { droplet_id: id, backup_enabled: false });
    });

    it("is daily with a blank weekday, as the official provider of Terraform sends it", async () => {
        const { create, act, policy } = withBackups();
        const id = await create({});
        const daily = { plan: "daily", weekday: "", hour: 4 };
        assert.equal(await act(id, { type: "enable_backups", backup_policy: daily }), 201);
        const expected = { plan: "daily", hour: 4, window_length_hours: 4, retention_period_days: 7 };
        const shown = (await policy(id)) as { readonly backup_policy: object };
        assert.deepEqual(shown.backup_policy, expected);
    });

    for (const wrong of [
        { plan: "hourly" },
        { plan: "daily", hour: 5 },
        { plan: "weekly", weekday: "SOL" },
        { plan: "weekly", weekday: "" },
    ]) {
        it(`is refused if it is none: ${JSON.stringify(wrong)}`, async () => {
            const { create, act } = withBackups();
            assert.equal(await act(await create({}), { type: "enable_backups", backup_policy: wrong }), 422);
        });
    }

    it("is listed for all Droplets by their ids, a page at a time", async () => {
        const { create, call, run } = withBackups();
        const ids = [await create({ backups: true }), await create({}), await create({})];
        const { body } = await run(() => call("GET droplets/backups/policies?per_page=2"));
        assert.deepEqual(Object.keys(body.policies as object), ids.slice(0, 2).map(String));
        assert.deepEqual(body.meta, { total: 3 });
    });

    it("is one of those that are supported", async () => {
        const { call, run } = withBackups();
        const { body } = await run(() => call("GET droplets/backups/supported_policies"));
        const supported = body.supported_policies as { name: string; possible_days: string[] }[];
        assert.deepEqual(
            supported.map(({ name, possible_days: days }) => [name, days.length]),
            [
                ["weekly", 7],
                ["daily", 0],
            ],
        );
    });
});

import type { Settings } from "../settings.js";
import type { AssociatedKind, DestroyRecord } from "../state/records.js";
import type { World } from "../world.js";
import { iso } from "./resources.js";

const ZERO_TIME = "0001-01-01T00:00:00Z";

const KEYS: Readonly<Record<string, AssociatedKind>> = {
    reserved_ips: "reserved_ip",
    floating_ips: "reserved_ip",
    snapshots: "snapshot",
    volumes: "volume",
    volume_snapshots: "volume_snapshot",
};

/** A destroy as it is now. What is not set is absent unless a switch says otherwise. */
export function destroyView({ settings }: World, record: DestroyRecord): object {
    const part = (id: string, name: string, destroyedAtMs: number | null, error: string | null): object => ({
        id,
        name,
        ...(destroyedAtMs === null ? {} : { destroyed_at: iso(destroyedAtMs) }),
        ...errorMessage(settings, error),
    });
    const failedAtMs = settings.failedDestroyedAt === "set" ? record.createdAtMs : null;
    const resources = Object.entries(KEYS).map(([key, kind]) => [
        key,
        record.items
            .filter((item) => item.kind === kind)
            .map(({ id, name, error, destroyedAtMs }) =>
                part(id, name, destroyedAtMs ?? (error === null ? null : failedAtMs), error),
            ),
    ]);
    return {
        droplet: part(
            String(record.id),
            record.dropletName,
            record.dropletDestroyedAtMs,
            record.dropletError,
        ),
        resources: Object.fromEntries(resources) as object,
        ...completedAt(settings, record.completedAtMs),
        failures: record.failures,
    };
}

/** What the status endpoint says at this moment; null: 404. */
export function readDestroy(world: World, record: DestroyRecord): object | null {
    const { agenda, settings } = world;
    const now = agenda.now();
    const { former } = record;
    const view = destroyView(world, record);
    if (former === null || now >= former.untilMs) {
        return view;
    }
    return former.answer !== null && settings.staleAfterRetry === "completion"
        ? { ...view, ...completion(former.answer) }
        : former.answer;
}

function completion(answer: object): object {
    return Object.fromEntries(
        Object.entries(answer).filter(([key]) => key === "completed_at" || key === "failures"),
    );
}

function errorMessage({ noErrorMessage }: Settings, error: string | null): object {
    if (error !== null) {
        return { error_message: error };
    }
    switch (noErrorMessage) {
        case "absent":
            return {};
        case "null":
            return { error_message: null };
        case "empty":
            return { error_message: "" };
        case "blank":
            return { error_message: " " };
    }
}

function completedAt({ runningCompletedAt }: Settings, timeMs: number | null): object {
    if (timeMs !== null) {
        return { completed_at: iso(timeMs) };
    }
    switch (runningCompletedAt) {
        case "absent":
            return {};
        case "null":
            return { completed_at: null };
        case "empty":
            return { completed_at: "" };
        case "blank":
            return { completed_at: " " };
        case "zero":
            return { completed_at: ZERO_TIME };
    }
}

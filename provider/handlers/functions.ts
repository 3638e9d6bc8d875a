import { settingFailures } from "./handlers.js";
import type { Limits, Plugin } from "../access/plugin.js";
import { asStackError } from "../lifecycle/conclude.js";
import { type Looked, lookAt } from "../lifecycle/refresh.js";
import { type CheckFailure, checkInputs, type Props } from "../stored/inputs.js";
import { readTeardown } from "../stored/state.js";
import { addMoney, costs } from "../teardown/format.js";
import { type AssociatedResource, expiresAt } from "../teardown/model.js";

/** What a function answers, or what is wrong with its arguments. */
export type Answered =
    { readonly value: Readonly<Record<string, unknown>> } | { readonly failures: readonly CheckFailure[] };

/** A question that a program asks about a Droplet, at preview as well. It changes nothing, here or at DigitalOcean. */
export type Ask = (args: Props, limits?: Limits) => Promise<Answered>;

/** Questions by the names that programs use. */
export function createFunctions(plugin: Plugin): Readonly<Record<"getInventory" | "getPlan", Ask>> {
    const answering =
        (defaults: Props, answer: (looked: Looked) => Readonly<Record<string, unknown>>): Ask =>
        async (args, limits) => {
            const { inputs, failures } = checkInputs("byId", { ...defaults, ...args });
            const all = [...failures, ...settingFailures(args, plugin)];
            return all.length > 0
                ? { failures: all }
                : { value: answer(await asStackError(() => lookAt(readTeardown(inputs), plugin, limits))) };
        };
    return {
        getInventory: answering({ policy: "keep" }, toInventory),
        getPlan: answering({}, toPlan),
    };
}

function toInventory(looked: Looked): Readonly<Record<string, unknown>> {
    const { droplet, inventory } = looked;
    return {
        ...common(looked),
        ...(droplet.monthlyPrice === null ? {} : { dropletMonthlyCost: addMoney([droplet.monthlyPrice]) }),
        inventory: inventory.resources.map(item),
        monthlyCost: addMoney(costs(inventory.resources)),
    };
}

/** The Droplet itself goes, unless something prevents it. */
function toPlan(looked: Looked): Readonly<Record<string, unknown>> {
    const { droplet, plan } = looked;
    const sum = (resources: readonly AssociatedResource[], others: readonly (string | null)[]): string =>
        addMoney([...costs(resources), ...others]);
    const { destroy, keep, prevented, unmatched } = plan;
    const isPrevented = prevented.length > 0;
    const all = [...destroy, ...keep, ...prevented];
    const price = droplet.monthlyPrice;
    return {
        ...common(looked),
        destroy: destroy.map(item),
        keep: keep.map((one) => ({ ...item(one), reason: one.reason })),
        prevented: prevented.map((one) => ({ ...item(one), reason: one.reason })),
        unmatched,
        destroyedMonthlyCost: isPrevented ? "0.00" : sum(destroy, [price]),
        remainingMonthlyCost: isPrevented ? sum(all, [price]) : sum(keep, []),
    };
}

/** What both answers say: the Droplet, and what could not be read of it. */
function common({ droplet, inventory }: Looked): Readonly<Record<string, unknown>> {
    const at = expiresAt(droplet);
    return {
        dropletId: droplet.id,
        name: droplet.name,
        ...(at === null ? {} : { expiresAt: at }),
        unread: inventory.unread,
        unknownKinds: inventory.unknownKinds.map(({ list }) => list),
    };
}

function item({ kind, id, name, monthlyCost }: AssociatedResource): Readonly<Record<string, unknown>> {
    return { kind, id, name, ...(monthlyCost === null ? {} : { monthlyCost }) };
}

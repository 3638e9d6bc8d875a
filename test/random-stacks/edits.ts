import type { Edit } from "./life.js";
import { type Bare, type Declared, type Program, WEB } from "./program.js";

const BARE: Omit<Bare, "dropletId" | "name"> = {
    policy: "destroy",
    keep: ["keep-*"],
    finalSnapshot: false,
    requireTag: null,
    hasSibling: false,
    ttl: null,
};

/**
 * @param serial goes into new names
 * @param elsewhere Droplets that no program has made
 */
export function edited(
    program: Program,
    edit: Edit,
    serial: number,
    elsewhere: readonly { readonly id: number; readonly name: string }[],
): Program {
    const { droplets, bare } = program;
    const pickOther = (of: number) => elsewhere[of % Math.max(elsewhere.length, 1)];
    const changeDroplet = (at: number, change: (declared: Declared) => Partial<Declared>): Program => ({
        ...program,
        droplets: changed(droplets, at, (declared) => ({ formerly: null, ...change(declared) })),
    });
    switch (edit.edit) {
        case "add": {
            const name = droplets.length === 0 ? WEB.name : `web-${serial}`;
            const added = { ...WEB, name, prefix: name, ...edit.declared };
            return { ...program, droplets: [...droplets, added] };
        }
        case "remove":
            return { ...program, droplets: without(droplets, edit.at) };
        case "change":
            return changeDroplet(edit.at, () => edit.to);
        case "replace":
            return changeDroplet(edit.at, ({ image }) => ({
                image: image === "debian-12-x64" ? "ubuntu-24-04-x64" : "debian-12-x64",
            }));
        case "rename":
            return changeDroplet(edit.at, ({ name }) => ({
                name: `web-${serial}`,
                formerly: edit.alias ? name : null,
            }));
        case "import": {
            const droplet = pickOther(edit.of);
            const name = `web-${serial}`;
            const own = { name, prefix: name, imports: droplet?.id ?? null, machine: droplet?.name ?? null };
            return droplet === undefined
                ? program
                : { ...program, droplets: [...droplets, { ...WEB, ...edit.declared, ...own }] };
        }
        case "imported":
            return changeDroplet(edit.at, () => ({ imports: null }));
        case "add bare": {
            const dropletId = pickOther(edit.of)?.id;
            return dropletId === undefined
                ? program
                : {
                      ...program,
                      bare: [...bare, { name: `bare-${serial}`, ...BARE, dropletId, ...edit.bare }],
                  };
        }
        case "change bare":
            return { ...program, bare: changed(bare, edit.at, () => edit.to) };
        case "remove bare":
            return { ...program, bare: without(bare, edit.at) };
    }
}

function changed<T>(all: readonly T[], at: number, change: (one: T) => Partial<T>): T[] {
    return all.map((one, index) => (index === at % all.length ? { ...one, ...change(one) } : one));
}

function without<T>(all: readonly T[], at: number): T[] {
    return all.filter((_, index) => index !== at % all.length);
}

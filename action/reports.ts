import { readFile } from "node:fs/promises";

/** The part of a report that is read (`schema/report.schema.json`). Costs are decimals, US dollars a month. */
interface Report {
    readonly droplets: readonly { readonly id: number; readonly cost: Cost }[];
    readonly cost: Cost;
}

interface Cost {
    readonly remaining: string;
}

/** "" if there is no such file. */
export async function readText(path: string): Promise<string> {
    try {
        return await readFile(path, "utf8");
    } catch (error) {
        if ((error as NodeJS.ErrnoException).code === "ENOENT") {
            return "";
        }
        throw error;
    }
}

/** The total of a report; of several, one a line, that of the last report on each Droplet; "" of none. */
export function costRemaining(text: string): string {
    const reports = reportsIn(text);
    const [first] = reports;
    if (first === undefined || reports.length === 1) {
        return first?.cost.remaining ?? "";
    }
    const latest = new Map(
        reports.flatMap(({ droplets }) => droplets.map(({ id, cost }) => [id, cost.remaining] as const)),
    );
    return sumAmounts([...latest.values()]);
}

function reportsIn(text: string): Report[] {
    const isOne = text.startsWith("{\n");
    const parts = isOne ? [text] : text.split("\n").filter((line) => line !== "");
    return parts.map((part) => JSON.parse(part) as Report);
}

/** Decimals are added as integers. */
function sumAmounts(amounts: readonly string[]): string {
    const places = Math.max(2, ...amounts.map((amount) => amount.split(".")[1]?.length ?? 0));
    const total = amounts
        .map((amount) => {
            const [whole = "0", fraction = ""] = amount.split(".");
            return BigInt(whole + fraction.padEnd(places, "0"));
        })
        .reduce((sum, amount) => sum + amount, 0n);
    const digits = total.toString().padStart(places + 1, "0");
    return `${digits.slice(0, -places)}.${digits.slice(-places)}`;
}

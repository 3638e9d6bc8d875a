import { ENDPOINTS } from "../../simulator/index.js";
import { Description } from "./description.js";

const MARKED = /(<!-- coverage -->\n)[^]*?(<!-- \/coverage -->)/;

/** A page with the table of what the simulator has, by the description's own groups, between its two marks. */
export function withCoverage(page: string, description = new Description()): string {
    return page.replace(MARKED, `$1\n${table(description)}\n\n$2`);
}

function table(description: Description): string {
    const operations = description.operations();
    const missing = new Set(operations.filter((operation) => !isServed(operation, description)));
    const rows = [...new Set(operations.map((one) => description.findGroup(one)))].sort().map((group) => {
        const its = operations.filter((operation) => description.findGroup(operation) === group);
        return formatRow(group, its, missing);
    });
    const all = formatRow("all", operations, new Set());
    const served = operations.length - missing.size;
    return [
        "| Group | Operations | Not there |",
        "| --- | --- | --- |",
        ...rows,
        all.replace(/\d+ of/, `${served} of`),
    ].join("\n");
}

function formatRow(group: string, operations: readonly string[], missing: ReadonlySet<string>): string {
    const absent = operations.filter((operation) => missing.has(operation));
    const count = `${operations.length - absent.length} of ${operations.length}`;
    return `| ${group} | ${count} | ${absent.map((operation) => `\`${operation}\``).join(", ")} |`;
}

function isServed(operation: string, description: Description): boolean {
    // `default` is one of the projects.
    const general = operation.replace("/projects/default", "/projects/{project_id}");
    return ENDPOINTS.some(({ endpoint }) => {
        const [method = "", path = ""] = endpoint.split(" ");
        return [operation, general].includes(description.findOperation(method, path) ?? "");
    });
}

import type { Report } from "./teardown/report.js";
import { withOutcome } from "./teardown/report.js";

/** What to do next after a `pulumi destroy` that did not succeed: whole lines, commands to copy. */
export function adviceFor(report: Report, urn: string | undefined): string[] {
    switch (report.outcome) {
        case "destroyed":
        case "not-found":
            return [];
        case "partial":
            return retryLines(report);
        case "in-progress":
            return ["Run `pulumi destroy` again to go on waiting: it attaches to what is running."];
        case "failed":
            return ["Run `pulumi destroy` again when that is mended: it goes on from where this one ended."];
        case "refused":
            return report.dropletName === null ? forgetLine(urn) : [];
    }
}

function retryLines(report: Report): string[] {
    const failed = withOutcome(report, "failed").map((resource) => resource.id);
    const again = "Run `pulumi destroy` again to retry what failed";
    return failed.length === 0
        ? [`${again}.`]
        : [`${again},`, `or \`DROPLET_TEARDOWN_KEEP=${failed.join(",")} pulumi destroy\` to leave it.`];
}

/** The way out where nothing can tell whether the Droplet is gone. */
function forgetLine(urn: string | undefined): string[] {
    return [
        "Use a token of the right team with the scope account:read and run `pulumi destroy` again,",
        `or, if you know that the droplet is gone, \`pulumi state delete '${urn ?? "<urn>"}'\` to forget it.`,
    ];
}

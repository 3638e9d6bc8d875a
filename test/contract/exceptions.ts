import { defaultSettings, type Settings } from "../../simulator/index.js";
import type { Difference } from "./judge.js";

/** Where an answer is right although the description says otherwise. */
export interface Exception {
    readonly what: string;
    /** Who says so. */
    readonly source: string;
    readonly covers: (difference: Difference, settings: Settings) => boolean;
}

const PROVIDER = "terraform-provider-digitalocean 401992a1";

export const EXCEPTIONS: readonly Exception[] = [
    {
        what: 'a project that was created without an environment has ""',
        source: `${PROVIDER}, digitalocean/project/resource_project_test.go: TestAccDigitalOceanProject_CreateWithDefaults`,
        covers: ({ operation, where, value }) =>
            /\/v2\/projects\b/.test(operation ?? "") && where.endsWith("/environment") && value === "",
    },
    {
        what: "a reserved IP is put into a project by its URN do:reservedip",
        source: `godo 3fce660c, reserved_ips.go: ReservedIP.URN; the description knows its former one alone`,
        covers: ({ operation, where, value }) =>
            (operation ?? "").endsWith("/resources") &&
            where.endsWith("/urn") &&
            String(value).startsWith("do:reservedip:"),
    },
    {
        what: "completed_at of a destroy that runs, where the simulator is set to one of the other ways",
        source: "simulator/settings.ts: runningCompletedAt",
        covers: ({ where }, { runningCompletedAt }) =>
            where === "/completed_at" && runningCompletedAt !== defaultSettings.runningCompletedAt,
    },
    {
        what: "error_message of what did not fail, where the simulator is set to null",
        source: "simulator/settings.ts: noErrorMessage",
        covers: ({ where, value }, { noErrorMessage }) =>
            where.endsWith("/error_message") && value === null && noErrorMessage === "null",
    },
];

export function isExcepted(difference: Difference, settings: Settings): boolean {
    return EXCEPTIONS.some(({ covers }) => covers(difference, settings));
}

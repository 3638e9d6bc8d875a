import { Module } from "node:module";
import { sep } from "node:path";

/** A deliberate fault: in a module's compiled text, something is replaced that stands there exactly once. */
export interface Mutation {
    readonly name: string;
    /** Below the folder of compiled code. */
    readonly file: string;
    readonly text: string;
    readonly by: string;
}

export const MUTATIONS: readonly Mutation[] = [
    {
        name: "somebody's status is taken for ours",
        file: "provider/teardown/progress.js",
        text: 'if (sent === null || status.state === "none" || !showsEffect(status, sent)) {',
        by: 'if (sent === null) { return status.state !== "none"; } if (status.state === "none" || !showsEffect(status, sent)) {',
    },
    {
        name: "a stale plan is carried out in later rounds",
        file: "provider/teardown/next.js",
        text: "destroy(plan.destroy, at, state, request, now)",
        by: "destroy(state.progress.sent?.resources ?? plan.destroy, at, state, request, now)",
    },
    {
        name: "a guard that lists nothing: where else a resource hangs",
        file: "provider/teardown/judge.js",
        text: "where.dropletIds.filter((id) => id !== findings.dropletId)",
        by: "[]",
    },
    {
        name: "what a droplet left is left",
        file: "provider/teardown/judge.js",
        text: "if (!ownedToTheEnd) {",
        by: "if (ownedToTheEnd !== null) {",
    },
    {
        name: "an address that no status shows is deleted alone",
        file: "provider/teardown/findings.js",
        text: 'return kind === "reserved_ip"',
        by: 'return kind === ""',
    },
    {
        name: "an answer beside one that never comes is forgotten",
        file: "provider/teardown/run.js",
        text: "await Promise.all(asked).finally(",
        by: "await Promise.all(asked).then(",
    },
    {
        name: "a retry waits longer than for what may be passing",
        file: "provider/teardown/next.js",
        text: "return passingMs > 0 ? Math.min(backoff, passingMs) : backoff;",
        by: "return backoff;",
    },
    {
        name: "dropped evidence: what state recorded",
        file: "provider/teardown/findings.js",
        text: "evidence: note([], recorded, () => ({})),",
        by: "evidence: [],",
    },
    {
        name: "the tag is not asked for",
        file: "provider/teardown/judge.js",
        text: "if (tag !== undefined) {",
        by: "if (tag === null) {",
    },
    {
        name: "the snapshots of a kept volume go",
        file: "provider/teardown/plan.js",
        text: "if (!followVolumes(policy) || (snapshots.length === 0 && !stays)) {",
        by: "if (snapshots !== null) {",
    },
    {
        name: "an accepted destroy that does not show yet is sent again",
        file: "provider/teardown/next.js",
        text: "return now.ms - sent.atMs < graceMs;",
        by: "return graceMs < 0;",
    },
    {
        name: "one 404 is proof that the droplet is gone",
        file: "provider/teardown/findings.js",
        text: "const isGone = isProvenAbsent(droplet)",
        by: 'const isGone = droplet?.is === "absent"',
    },
    {
        name: "what a status names is told as destroyed",
        file: "provider/teardown/findings.js",
        text: "const isNews = destroyedAt !== null && ",
        by: "const isNews = ",
    },
    {
        name: "a droplet that was only taken out of the state is destroyed",
        file: "provider/ownership/verdict.js",
        text: 'return marked ? { do: "destroy", candidate, recorded: true } : refuse("not-asked-for");',
        by: 'return marked || refuse ? { do: "destroy", candidate, recorded: true } : null;',
    },
    {
        name: "the cost of what is kept is in no total",
        file: "provider/teardown/report.js",
        text: 'rows.filter(({ outcome }) => outcome !== "destroyed")',
        by: 'rows.filter(({ outcome }) => outcome !== "destroyed" && outcome !== "kept")',
    },
    {
        name: "secrets are not taken out of what is said",
        file: "provider/digitalocean/connection.js",
        text: ".replace(TOKEN, REDACTED_TOKEN)",
        by: "&& text",
    },
    {
        name: "a destroy that continues calls what it has not read empty",
        file: "provider/teardown/report.js",
        text: 'kind === "snapshot" ? !progress.accounted : unrecorded.includes(kind)',
        by: 'kind === "snapshot" && !progress.accounted',
    },
    {
        name: "a droplet is deleted alone although more is to go",
        file: "provider/teardown/next.js",
        text: "if (resources.length > 0 || refusedForMs < passingMs) {",
        by: "if (refusedForMs < passingMs) {",
    },
    {
        name: "a kept volume that is still attached is told to be free",
        file: "provider/teardown/judge.js",
        text: "if (attached.length > 0) {",
        by: "if (attached.length < 0) {",
    },
    {
        name: "a final snapshot is destroyed",
        file: "provider/teardown/plan.js",
        text: 'if (isFinal(resource, input.finalSnapshot) && rule?.source !== "managed") {',
        by: "if (resource === null) {",
    },
    {
        name: "a droplet goes without its final snapshot",
        file: "provider/teardown/before-destroy.js",
        text: "if (template === null) {",
        by: "if (template !== undefined) {",
    },
    {
        name: "a droplet is not shut down",
        file: "provider/teardown/before-destroy.js",
        text: 'if (!gracefulShutdown || shutdown.isOver || droplet.status === "off") {',
        by: 'if (droplet.status !== "new") {',
    },
    {
        name: "one 404 is proof that a resource is gone",
        file: "provider/teardown/findings.js",
        text: "isProvenAbsent(own) && !isBack",
        by: "!isBack",
    },
    {
        name: "a time of destruction is believed beside an error",
        file: "provider/digitalocean/wire.js",
        text: "return progress.error === null ? progress : { ...progress, destroyedAt: null };",
        by: "return progress;",
    },
    {
        name: "a second team is not noticed",
        file: "provider/teardown/judge.js",
        text: "if (team.value.id !== expected.id) {",
        by: 'if (team.value.id === "") {',
    },
    {
        name: "a stack's tag is deleted although another droplet carries it",
        file: "provider/ownership/registry.js",
        text: "if (counts?.resources === 0) {",
        by: "if (counts !== null) {",
    },
    {
        name: "a missing page is believed",
        file: "provider/digitalocean/pages.js",
        text: "(pages.length === 1 || (before !== null && haveSameKeys(before, entries)))",
        by: "pages.length > 0",
    },
    {
        name: "one 404 is proof that there is no tag",
        file: "provider/ownership/registry.js",
        text: "return (await api.tagCounts(tag, signal)) ?? (await api.tagCounts(tag, signal));",
        by: "return api.tagCounts(tag, signal);",
    },
    {
        name: "an executor's tag is deleted without a last look",
        file: "provider/ownership/registry.js",
        text: "if (left === 0) {",
        by: "if (left >= 0) {",
    },
    {
        name: "a copy is taken for the program's own",
        file: "provider/ownership/verdict.js",
        text: "return isOnlyOne || ",
        by: "return candidates !== null || ",
    },
    {
        name: "an older status wins over a newer list",
        file: "provider/teardown/findings.js",
        text: 'shown !== null && isNewer(shown.at, ended.at) ? "disputed" : "gone"',
        by: '"gone"',
    },
    {
        name: "one 404 for a list is a list of nothing",
        file: "provider/teardown/inquiry.js",
        text: 'answer?.is === "absent" && !(0, findings_js_1.isProvenAbsent)(answer)',
        by: "answer === undefined",
    },
    {
        name: "a kind that cannot be read is empty",
        file: "provider/teardown/findings.js",
        text: "unread.includes(kind) || !isRead(kind)",
        by: "isRead === null",
    },
    {
        name: "a lost answer is no answer: the destroy is sent again",
        file: "provider/teardown/next.js",
        text: "const LOST_GRACE_MS = 20_000;",
        by: "const LOST_GRACE_MS = 0;",
    },
    {
        name: "what was read before a wait is fresh",
        file: "provider/teardown/run.js",
        text: "return this.#waits + this.#effects.traffic.waits;",
        by: "return this.#waits;",
    },
    {
        name: "`status` believes a completed destroy although the droplet is there",
        file: "cli/commands/observation.js",
        text: "(0, model_js_1.endedWell)(status) && findings.endedAt !== null",
        by: "(0, model_js_1.endedWell)(status)",
    },
    {
        name: "`orphans` lists the snapshots of an attached volume",
        file: "cli/selection/orphans.js",
        text: "return dropletIds.length > 0;",
        by: "return dropletIds.length > 9;",
    },
    {
        name: "`orphans` forgets snapshots whose droplet or volume is gone",
        file: "cli/selection/orphans.js",
        text: 'return ownerId !== "" && !living.has(ownerId);',
        by: "return living === null;",
    },
    {
        name: "`plan` leaves out what an older destroy has left",
        file: "cli/selection/survey.js",
        text: 'if (ready.is !== "ready") {',
        by: 'if (ready.is !== "") {',
    },
    {
        name: "what another resource of the stack deletes is called remaining",
        file: "provider/teardown/report.js",
        text: "left.filter((row) => !isManaged(row))",
        by: "left",
    },
    {
        name: "what is kept is called another resource's",
        file: "provider/teardown/report.js",
        text: 'return outcome === "kept" && reason === policy_js_1.MANAGED_REASON;',
        by: 'return outcome === "kept";',
    },
    {
        name: "a destroy that an earlier process has begun saves nothing",
        file: "provider/teardown/report.js",
        text: '(report.outcome === "destroyed" || withOutcome(report, "destroyed").length > 0)',
        by: '(report.rounds > 0 || withOutcome(report, "destroyed").length > 0)',
    },
    {
        name: "the name in the status of an earlier destroy counts, not that in the list",
        file: "provider/teardown/findings.js",
        text: "isShown ? known.name || name : name",
        by: "isShown && known === null ? known.name : name",
    },
    {
        name: "a status in another order is another status",
        file: "provider/teardown/progress.js",
        text: "resources: resources.sort()",
        by: "resources",
    },
    {
        name: "any success of a delete is its proof",
        file: "provider/digitalocean/http-client.js",
        text: "(status) => status === 204",
        by: "(status) => status <= 299",
    },
    {
        name: "a date in another form is none",
        file: "provider/digitalocean/wire.js",
        text: "DATE.test(text) ? text : new Date(atMs).toISOString()",
        by: "DATE.test(text) ? text : null",
    },
    {
        name: "a date without a zone is in the machine's own",
        file: "provider/digitalocean/wire.js",
        text: "ZONELESS.test(text) ? `${text}Z` : text",
        by: "text",
    },
    {
        name: "a limit of which no answer tells is never over",
        file: "provider/polling/rate-limiter.js",
        text: "isGuess = answer.resetInMs === null;",
        by: "isGuess = answer === null;",
    },
    {
        name: "the command that resumes a run does not say what is kept",
        file: "cli/text/report.js",
        text: "...terms.keep.map((entry) => `--keep ${quoted(entry)}`),",
        by: "",
    },
    {
        name: "tags that could not be deleted are forgotten",
        file: "provider/lifecycle/executor.js",
        text: "return (cause &&",
        by: "return (null && cause &&",
    },
    {
        name: "a copy with the name that Pulumi gave is the program's own",
        file: "provider/ownership/verdict.js",
        text: "names.dropletName === null && found.some(isNamesake)",
        by: "found.length < 0 && found.some(isNamesake)",
    },
    {
        name: "the first of two droplets of a name is meant",
        file: "cli/selection/selection.js",
        text: "if (first !== undefined && others.length > 0) {",
        by: "if (first !== undefined && others.length < 0) {",
    },
    {
        name: "the first policy of a file is for every droplet",
        file: "cli/arguments/invocation.js",
        text: "return policies.find(fits) ?? null;",
        by: "return (fits && policies[0]) ?? null;",
    },
    {
        name: "the command that resumes a run by a file has its first policy",
        file: "cli/text/report.js",
        text: "(0, invocation_js_1.ownTerms)({ targets, terms }, { id: report.dropletId, droplet })",
        by: "(0, invocation_js_1.ownTerms)({ targets, terms: { ...terms, policies: [{ ...terms.policies[0], names: [] }] } }, { id: report.dropletId, droplet })",
    },
    {
        name: "any answer confirms",
        file: "cli/commands/consent.js",
        text: "if (answer?.trim() !== expected) {",
        by: "if (answer === null) {",
    },
    {
        name: "more goes than was confirmed",
        file: "cli/commands/teardowns.js",
        text: "?? survey?.plan.destroy ?? null",
        by: "?? null",
    },
    {
        name: "what is young is old enough",
        file: "cli/arguments/invocation.js",
        text: "createdBefore: olderThanMs === null ? null : now - olderThanMs",
        by: "createdBefore: olderThanMs === null ? null : now",
    },
    {
        name: "the command that leaves what failed forgets what is kept",
        file: "provider/lifecycle/conclude.js",
        text: "[...kept, ...failed]",
        by: "failed",
    },
    {
        name: "the command that leaves what failed does not name it",
        file: "cli/text/report.js",
        text: '(0, report_js_1.withOutcome)(report, "failed")',
        by: '(0, report_js_1.withOutcome)(report, "kept")',
    },
    {
        name: "whoever has used up the hour asks again and again",
        file: "provider/polling/rate-limiter.js",
        text: "return Math.max(blockedUntilMs, hourOpensAtMs ?? nowMs, pacedMs, nowMs);",
        by: "return Math.max(pacedMs, nowMs);",
    },
    {
        name: "the command that `status` prints keeps nothing",
        file: "cli/text/report.js",
        text: '(0, report_js_1.withOutcome)(report, "kept").map(',
        by: "[].map(",
    },
];

interface Compiling {
    _compile: (this: unknown, content: string, filename: string, ...more: unknown[]) => unknown;
}

/**
 * Breaks a module that has not been loaded yet.
 * @throws where the text does not stand there exactly once
 */
export function breakOnPurpose({ name, file, text, by }: Mutation): void {
    const prototype = Module.prototype as unknown as Compiling;
    const compile = prototype._compile;
    const path = `${sep}${file.replaceAll("/", sep)}`;
    prototype._compile = function (content, filename, ...more) {
        if (!filename.endsWith(path)) {
            return compile.call(this, content, filename, ...more);
        }
        const parts = content.split(text);
        if (parts.length !== 2) {
            throw new Error(`${name}: in ${file}, this stands ${parts.length - 1} times: ${text}`);
        }
        return compile.call(this, parts.join(by), filename, ...more);
    };
}

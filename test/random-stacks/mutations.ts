import type { Mutation } from "../random-worlds/mutations.js";

/** Deliberate faults in what an engine asks for over the life of a stack: lives must find them. */
export const LIFE_MUTATIONS: readonly Mutation[] = [
    {
        name: "old inputs of a record win over new ones",
        file: "provider/handlers/handlers.js",
        text: ": this.#notRecorded(inputs, error);\n        });\n        return { outs: (0, state_js_1.toOutputs)({ inputs, seen }) };",
        by: ": this.#notRecorded(inputs, error);\n        });\n        return { outs: (0, state_js_1.toOutputs)({ inputs: before.inputs, seen }) };",
    },
    {
        name: "a pending delete of a teardown by id destroys",
        file: "provider/lifecycle/teardown-delete.js",
        text: "if (declarations.isReplaced(resourceUrn)) {",
        by: "if (resourceUrn === null) {",
    },
    {
        name: "a replaced executor takes everything",
        file: "provider/lifecycle/executor.js",
        text: "isAlone ? (0, state_js_1.dropletAlone)(request) : request",
        by: "request",
    },
    {
        name: "a page that is missing is not missed",
        file: "provider/digitalocean/pages.js",
        text: "page = found.next;",
        by: "page = null; pages.forEach((one) => (one.total = null));",
    },
    {
        name: "an own tag is deleted without a last look",
        file: "provider/lifecycle/executor.js",
        text: "return (0, registry_js_1.findLate)(state.inputs.tag, ids, client.ownership, plugin.runtime.clock, signal);",
        by: "return [];",
    },
    {
        name: "every update makes another tag",
        file: "provider/handlers/handlers.js",
        text: "tag: olds.tag ?? this.#newTag()",
        by: "tag: this.#newTag()",
    },
    {
        name: "what is managed is forgotten",
        file: "provider/stored/inputs.js",
        text: "managed: NAMES,",
        by: "managed: { ...NAMES, check: () => ({ value: [] }) },",
    },
    {
        name: "a team is not compared",
        file: "provider/teardown/judge.js",
        text: "if (team.value.id !== expected.id) {",
        by: 'if (team.value.id === "") {',
    },
    {
        name: "an advice names another tag",
        file: "provider/ownership/verdict.js",
        text: "doctl compute tag create ${markTag(executorTag, id)}",
        by: "doctl compute tag create ${memoryTag(executorTag, id)}",
    },
    {
        name: "a record does not remember its Droplet",
        file: "provider/lifecycle/record.js",
        text: ": memory.remember(dropletId));",
        by: ": undefined);",
    },
    {
        name: "the archive of a predecessor is destroyed",
        file: "provider/teardown/plan.js",
        text: "if (replacedAt === null || snapshots.length === 0) {",
        by: "if (snapshots.length >= 0) {",
    },
    {
        name: "what a replacement left behind is forgotten",
        file: "provider/lifecycle/replacement.js",
        text: "leftBehind: [...seen.leftBehind, ...left]",
        by: "leftBehind: []",
    },
    {
        name: "a teardown forgets that its Droplet has another one",
        file: "provider/lifecycle/replacement.js",
        text: "await ownership.untag(tag, dropletId, signal);",
        by: "await task.memory(tag).release({ id: dropletId, alone: false });",
    },
    {
        name: "a teardown that is handed back takes a copy",
        file: "provider/lifecycle/executor.js",
        text: "hasReleased: !enabled || released > 0",
        by: "hasReleased: released > 0",
    },
    {
        name: "no final snapshot is taken",
        file: "provider/stored/state.js",
        text: "finalSnapshot: toFinalSnapshot(inputs, dropletId),",
        by: "finalSnapshot: { ...toFinalSnapshot(inputs, dropletId), template: null },",
    },
    {
        name: "an expiry is by our own clock",
        file: "provider/access/plugin.js",
        text: "return this.client.serverNow() ?? this.plugin.runtime.clock.now();",
        by: "return this.plugin.runtime.clock.now();",
    },
    {
        name: "an `up` that changes nothing renews an expiry",
        file: "provider/lifecycle/expiry.js",
        text: ".includes(asked) || !hasTimeLeft;",
        by: ".includes(asked) || hasTimeLeft;",
    },
    {
        name: "a destroy leaves its expiry tags in the account",
        file: "provider/lifecycle/executor.js",
        text: "[...(expiryTag === null ? [] : [expiryTag]), ...this.#otherTags()]",
        by: "[]",
    },
    {
        name: "a sweep takes what a living stack has",
        file: "provider/teardown/judge.js",
        text: "const stack = sweep.includeStacks ? null : ",
        by: "const stack = sweep.includeStacks !== null ? null : ",
    },
    {
        name: "a sweep takes what somebody has rescued",
        file: "provider/teardown/model.js",
        text: 'if (expiry.is === "none") {',
        by: 'if (expiry.is === "nothing") {',
    },
    {
        name: "a record that leaves takes the tag that another one has",
        file: "provider/lifecycle/record-delete.js",
        text: "if (!task.plugin.declarations.hasTag(other, tag)) {",
        by: 'if (other !== "") {',
    },
    {
        name: "a former name of the stack is forgotten",
        file: "provider/handlers/handlers.js",
        text: "return [...all].filter((tag) => tag !== now.stackTag);",
        by: "return [];",
    },
];

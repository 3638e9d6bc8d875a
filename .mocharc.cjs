/* Engine tests that compute start beside engine tests that wait, and the longest of both first. */
const FIRST = [
    "lives",
    "whole-program",
    "quickstart",
    "remote-components-trouble",
    "matrix",
    "forgotten-deletes",
    "automation-api",
    "remote-components",
    "examples",
    "walks",
    "mishaps",
    "forgotten-updates",
    "lifecycle",
    "adoption",
    "destroy",
    "pipelines",
    "action-cancel",
    "cli-killed",
    "scenarios-interruptions",
    "final-snapshot",
    "scenarios-changes",
    "scenarios-requests",
    "killed-at-requests",
];

module.exports = {
    spec: [
        "dist/test/random-worlds/*.test.js",
        "dist/test/random-stacks/*.test.js",
        "dist/test/{unit,contract,teardown,sdk,cli}/**/*.test.js",
        "dist/simulator/test/*.test.js",
        ...FIRST.map((name) => `dist/test/engine/${name}.test.js`),
        "dist/test/process/*.test.js",
        // Mocha starts a file once for each pattern that matches it when it runs files side by side.
        `dist/test/engine/!(${FIRST.join("|")}).test.js`,
    ],
    parallel: true,
    jobs: 3,
    reporter: "dist/test/support/reporter.js",
    require: "dist/test/support/compile-less.js",
    timeout: 30_000,
};

/* Stryker's runner switches Mocha's timeout off; a mutant whose test never ends would cost half a minute. */
const MAX_TEST_MS = 5_000;

exports.mochaHooks = {
    beforeEach() {
        this.currentTest.timeout(MAX_TEST_MS);
    },
};

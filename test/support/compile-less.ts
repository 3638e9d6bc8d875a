/**
 * Loaded first into processes that run tests, worlds or lives: much code, each part of it not for long. By default, V8
 * in Node.js 20 spends a fifth of their time on optimizing functions that are hardly called afterwards. Later versions
 * optimize later by themselves, and do not know the flag.
 */
import { setFlagsFromString } from "node:v8";

/** Bytes of bytecode that a function runs before V8 considers to optimize it; 67,584 by default. */
const BUDGET = 500_000;

if (process.versions.v8.startsWith("11.")) {
    setFlagsFromString(`--interrupt-budget=${BUDGET}`);
}

/** The oldest version that is tested, and the first whose transforms see what a resource inherits. */
export const OLDEST_ENGINE = "3.225.1";

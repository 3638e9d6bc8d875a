/** What the engine refuses before it does anything about a resource; nothing else is begun then. */
export class RefusedByEngine extends Error {}

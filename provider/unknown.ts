/**
 * The placeholder for a value that a preview does not know. The same text as `pulumi.runtime.unknownValue`, as a
 * literal, so that nothing here loads the Pulumi SDK.
 */
export const UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

/** Whether a value, or anything inside it, is unknown. */
export function isUnknown(value: unknown): boolean {
    if (value === UNKNOWN) {
        return true;
    }
    return typeof value === "object" && value !== null && Object.values(value).some(isUnknown);
}

export const STACK_TYPE = "pulumi:pulumi:Stack";

/** A stack, as URNs name it. */
export interface StackName {
    readonly name: string;
    readonly project: string;
}

/** @param parent URN; "" for none */
export function childUrn(
    { name: stack, project }: StackName,
    parent: string,
    type: string,
    name: string,
): string {
    const above = parent === "" ? STACK_TYPE : qualifiedType(parent);
    const qualified = above === STACK_TYPE ? type : `${above}$${type}`;
    return `urn:pulumi:${stack}::${project}::${qualified}::${name}`;
}

/** With the types of all parents: "a:b:Parent$c:d:Child". */
export function qualifiedType(urn: string): string {
    return urn.split("::")[2] ?? "";
}

export function parseName(urn: string): string {
    return urn.split("::").slice(3).join("::");
}

/** The same resource in another stack. */
export function inStack(urn: string, { name, project }: StackName): string {
    return urn === "" ? "" : `urn:pulumi:${name}::${project}::${qualifiedType(urn)}::${parseName(urn)}`;
}

/** Programs in YAML, as the objects that they are. */
export interface YamlProgram {
    readonly resources: Readonly<Record<string, YamlResource>>;
    readonly variables?: Readonly<Record<string, unknown>>;
    readonly outputs?: Readonly<Record<string, unknown>>;
    readonly config?: Readonly<Record<string, unknown>>;
}

export interface YamlResource {
    readonly type: string;
    readonly properties?: Readonly<Record<string, unknown>>;
    readonly options?: Readonly<Record<string, unknown>>;
}

/** What every Droplet of a story is made of, as in stories in TypeScript. */
export const SPEC = {
    name: "web-1",
    image: "ubuntu-24-04-x64",
    region: "nyc3",
    size: "s-1vcpu-1gb",
} as const;

/** The component `Droplet`; it takes everything with it unless said. */
export function component(
    properties: Readonly<Record<string, unknown>> = {},
    options: Readonly<Record<string, unknown>> = {},
): YamlResource {
    const given = { ...SPEC, teardown: { policy: "destroy" }, ...properties };
    return { type: "droplet-teardown:Droplet", properties: given, options };
}

/** A program of these resources, as a project takes it. */
export function toYaml(
    resources: YamlProgram["resources"],
    rest: Omit<YamlProgram, "resources"> = {},
): string {
    return JSON.stringify({ resources, ...rest });
}

/** One such Droplet, `web`. */
export const YAML_ALONE = toYaml({ web: component() });

import { readFileSync } from "node:fs";
import { join } from "node:path";

import { REPOSITORY } from "../support/engine-project-files.js";

const EXTRACT = join(REPOSITORY, "test", "contract", "openapi", "digitalocean-droplets.json");
const METHODS = ["get", "put", "post", "patch", "delete"] as const;

interface Ref {
    readonly $ref: string;
}

interface Response {
    readonly headers?: Readonly<Record<string, Ref | { readonly schema: object }>>;
    readonly content?: Readonly<Record<string, { readonly schema: object }>>;
}

type Responses = Readonly<Record<string, Ref | Response>>;

type PathItem = Partial<
    Record<
        (typeof METHODS)[number],
        {
            readonly tags: readonly string[];
            readonly responses: Responses;
        }
    >
>;

export interface OpenApi {
    readonly paths: Readonly<Record<string, PathItem>>;
    readonly components: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

/** What is described of an answer; where, as a JSON pointer. */
export interface Described {
    /** The body's schema; null where there is no body. */
    readonly body: string | null;
    /** The schema of each header. */
    readonly headers: Readonly<Record<string, object>>;
}

/** DigitalOcean's description of its API: the extract in the repository, or the copy that `OPENAPI` names. */
export class Description {
    readonly #templates = new Map<string, readonly string[][]>();

    constructor(readonly document: OpenApi = read()) {
        for (const path of Object.keys(document.paths)) {
            const segments = path.split("/");
            const key = String(segments.length);
            this.#templates.set(key, [...(this.#templates.get(key) ?? []), segments]);
        }
    }

    /** Every operation: `GET /v2/droplets/{droplet_id}`. */
    operations(): string[] {
        return Object.entries(this.document.paths).flatMap(([path, item]) =>
            METHODS.filter((method) => item[method] !== undefined).map(
                (method) => `${method.toUpperCase()} ${path}`,
            ),
        );
    }

    /** The operation that a request asks for, if it is described. */
    findOperation(method: string, pathname: string): string | null {
        const segments = pathname.replace(/\/$/, "").split("/");
        const templates = (this.#templates.get(String(segments.length)) ?? [])
            .filter((template) => template.every((part, at) => part.startsWith("{") || part === segments[at]))
            .filter((template) => this.#item(template.join("/"), method) !== undefined);
        const [best] = templates.sort((one, other) => parameters(one) - parameters(other));
        return best === undefined ? null : `${method} ${best.join("/")}`;
    }

    /** What the description files an operation under. */
    findGroup(operation: string): string {
        const [method = "", path = ""] = operation.split(" ");
        return this.#item(path, method)?.tags[0] ?? "";
    }

    /** What is described of an operation's answer with a status. */
    answer(operation: string, status: number): Described {
        const [method = "", path = ""] = operation.split(" ");
        const responses: Responses = this.#item(path, method)?.responses ?? {};
        const key = String(status) in responses ? String(status) : "default";
        const given = responses[key] ?? {};
        const pointer =
            "$ref" in given ? given.$ref : pointerTo("paths", path, method.toLowerCase(), "responses", key);
        const response = "$ref" in given ? (this.#resolve(given.$ref) as Response) : given;
        return {
            body: response.content === undefined ? null : `${pointer}/content/application~1json/schema`,
            headers: Object.fromEntries(
                Object.entries(response.headers ?? {}).map(([name, header]) => [
                    name,
                    ("$ref" in header ? (this.#resolve(header.$ref) as { schema: object }) : header).schema,
                ]),
            ),
        };
    }

    #item(path: string, method: string) {
        return this.document.paths[path]?.[method.toLowerCase() as (typeof METHODS)[number]];
    }

    #resolve(pointer: string): unknown {
        return pointer
            .split("/")
            .slice(1)
            .map((part) => part.replace(/~1/g, "/").replace(/~0/g, "~"))
            .reduce<unknown>(
                (value, part) => (value as Readonly<Record<string, unknown>>)[part],
                this.document,
            );
    }
}

function parameters(template: readonly string[]): number {
    return template.filter((part) => part.startsWith("{")).length;
}

function pointerTo(...parts: readonly string[]): string {
    const escaped = parts.map((part) => encodeURIComponent(part.replace(/~/g, "~0").replace(/\//g, "~1")));
    return `#/${escaped.join("/")}`;
}

function read(): OpenApi {
    const file = process.env.OPENAPI ?? EXTRACT;
    return JSON.parse(readFileSync(file, "utf8")) as OpenApi;
}

import { Ajv, type ErrorObject, type ValidateFunction } from "ajv";
import addFormats from "ajv-formats";

import { type Described, Description } from "./description.js";

/** An answer as it went over the wire. */
export interface Answer {
    readonly method: string;
    readonly pathname: string;
    readonly status: number;
    /** Names in lower case. */
    readonly headers: Readonly<Record<string, string>>;
    /** "" for none. */
    readonly body: string;
}

/** One difference between an answer and its description. */
export interface Difference {
    /** `GET /v2/droplets/{droplet_id}`; null if no operation is described. */
    readonly operation: string | null;
    readonly status: number;
    /** Where in the body, as a JSON pointer, or `header <name>`. */
    readonly where: string;
    readonly what: string;
    readonly value: unknown;
}

interface Judgement {
    readonly operation: string | null;
    readonly headers: number;
    readonly differences: readonly Difference[];
}

interface Rules {
    readonly described: Described;
    readonly body: ValidateFunction | null;
    readonly headers: ValidateFunction;
}

/** Holds answers against DigitalOcean's description: status, headers and body. Compiles what it needs, once. */
export class Judge {
    readonly #bodies: Ajv;
    readonly #headers: Ajv;
    readonly #rules = new Map<string, Rules>();

    constructor(readonly description = new Description()) {
        const options = { strict: false, allErrors: true, verbose: true, unicodeRegExp: false } as const;
        this.#bodies = new Ajv(options);
        // A header is text, whatever its schema.
        this.#headers = new Ajv({ ...options, coerceTypes: true });
        addFormats(this.#bodies);
        addFormats(this.#headers);
        this.#bodies.addSchema(description.document, "description", undefined, false);
    }

    judge({ method, pathname, status, headers, body }: Answer): Judgement {
        const asked = method === "HEAD" ? "GET" : method;
        const operation = this.description.findOperation(asked, pathname);
        const difference = (where: string, what: string, value: unknown): Difference => ({
            ...{ operation, status, where, what, value },
        });
        if (operation === null) {
            const isError = status >= 400;
            return {
                ...{ operation, headers: 0 },
                differences: isError ? [] : [difference("", `${method} ${pathname} is not described`, body)],
            };
        }
        const rules = this.#rulesFor(operation, status);
        const names = Object.keys(rules.described.headers);
        const given = Object.fromEntries(names.map((name) => [name, headers[name]]));
        const found = [
            ...findErrors(rules.headers, given).map((error) =>
                difference(`header ${error.instancePath.slice(1)}`, text(error), error.data),
            ),
            ...(method === "HEAD" ? [] : this.#bodyDifferences(rules, headers, body, difference)),
        ];
        return { operation, headers: names.length, differences: found };
    }

    #bodyDifferences(
        { body: validate }: Rules,
        headers: Answer["headers"],
        body: string,
        difference: (where: string, what: string, value: unknown) => Difference,
    ): Difference[] {
        if (validate === null || body === "") {
            const isRight = validate === null && body === "";
            return isRight ? [] : [difference("", body === "" ? "must not be empty" : "must be empty", body)];
        }
        const type = headers["content-type"] ?? "";
        return [
            ...(/^application\/json\b/.test(type)
                ? []
                : [difference("header content-type", "must be JSON", type)]),
            ...findErrors(validate, JSON.parse(body) as unknown).map((error) =>
                difference(error.instancePath, text(error), error.data),
            ),
        ];
    }

    #rulesFor(operation: string, status: number): Rules {
        const key = `${operation} ${status}`;
        const known = this.#rules.get(key);
        if (known !== undefined) {
            return known;
        }
        const described = this.description.answer(operation, status);
        const rules = {
            described,
            body:
                described.body === null
                    ? null
                    : this.#bodies.compile({ $ref: `description${described.body}` }),
            headers: this.#headers.compile({
                type: "object",
                properties: described.headers,
                required: Object.keys(described.headers),
            }),
        };
        this.#rules.set(key, rules);
        return rules;
    }
}

function findErrors(validate: ValidateFunction, value: unknown): readonly ErrorObject[] {
    return validate(value) ? [] : (validate.errors ?? []);
}

function text({ message, params }: ErrorObject): string {
    return `${message ?? "is wrong"} ${JSON.stringify(params)}`;
}

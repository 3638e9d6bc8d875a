import * as messages from "@pulumi/pulumi/proto/resource_pb.js";
import type { Callback } from "@pulumi/pulumi/proto/callback_pb.js";
import type { ConstructRequest } from "@pulumi/pulumi/proto/provider_pb.js";
import { CodedError } from "../provider/handlers/coded-error.js";
import { argumentsDigest, stackTag } from "../provider/ownership/verdict.js";
import { hiddenTagsProblem } from "../provider/ownership/tag-options.js";
import { isUnknown, UNKNOWN } from "../provider/stored/inputs.js";
import type { ConstructedDroplet } from "./attachments.js";
import { formerly, type Monitor, type Registered, type Registration } from "./monitor.js";
import { SETTINGS } from "./schema.js";
import { TYPES } from "./types.js";
import {
    dependenciesIn,
    isObject,
    isSecret,
    secret,
    toValues,
    type Value,
    type Values,
    withoutOutputs,
} from "./values.js";

const DROPLET = "digitalocean:index/droplet:Droplet";
/** What the npm package registers the same resources as. */
const DYNAMIC = "pulumi-nodejs:dynamic/droplet-teardown:";

/** What a constructed component is for the engine. */
export interface Constructed {
    readonly urn: string;
    readonly outputs: Values;
    /** URNs that each output comes from. */
    readonly dependencies: ReadonlyMap<string, readonly string[]>;
    readonly droplet: ConstructedDroplet;
}

/**
 * Registers a `Droplet`: the component, and its executor, official Droplet and record as children, in this order
 * (docs/architecture.md). The aliases are the URNs under which the npm package and the official provider have them.
 * @param ownDelete the callback of `withOwnDelete`
 * @throws Error for options under which a Droplet could not be found, and for settings that are none
 */
export async function constructDroplet(
    request: ConstructRequest,
    monitor: Monitor,
    ownDelete: Callback,
): Promise<Constructed> {
    refuseOptions(request);
    const { given, settings, inputs } = parseRequest(request);
    refuseOtherToken(request, settings);
    const component = await registerComponent(request, inputs, monitor);
    const around = { request, given, settings, inputs, urn: component.urn, ownDelete };
    const executor = await monitor.register(executorRegistration(around));
    await refuseOtherTeam(around, executor, monitor);
    const droplet = await monitor.register(dropletRegistration(around, executor));
    const record = await monitor.register(recordRegistration(around, executor, droplet));
    const made = collectOutputs(request.getDryrun(), executor, droplet, record);
    await monitor.complete(component.urn, made.outputs);
    return {
        urn: component.urn,
        ...made,
        droplet: {
            id: droplet.id,
            urns: [component, executor, droplet, record].map(({ urn }) => urn),
            recordUrn: record.urn,
        },
    };
}

/** Frees a record of the `deletedWith` that it inherits from its Droplet: nothing else does what its delete does. */
export function withOwnDelete(record: messages.TransformRequest): messages.TransformResourceOptions | null {
    return record.getOptions()?.setDeletedWith("") ?? null;
}

/** What the children of one component are made of. */
interface Around {
    readonly request: ConstructRequest;
    /** As they came, with the resources that values come from. */
    readonly given: Values;
    readonly settings: Values;
    /** Inputs of the official Droplet. */
    readonly inputs: Values;
    /** Of the component. */
    readonly urn: string;
    readonly ownDelete: Callback;
}

function refuseOptions(request: ConstructRequest): void {
    if (request.getDeletedwith() !== "") {
        throw new CodedError(
            "the option deletedWith is not supported here, nor on a parent: the Droplet is deleted by its own teardown",
        );
    }
    const problem = hiddenTagsProblem({
        ignoreChanges: request.getIgnorechangesList(),
        replaceOnChanges: request.getReplaceonchangesList(),
    });
    if (problem !== null) {
        throw new CodedError(`the option ${problem}`);
    }
}

/** A teardown with another token may not see the Droplet, and then a destroy would forget it. */
function refuseOtherToken(request: ConstructRequest, { token }: Values): void {
    const [providers, config] = [request.getProvidersMap(), request.getConfigMap()];
    const isConfigured = config.has("digitalocean:token") && !config.has("droplet-teardown:token");
    const isGiven = token != null || providers.has("droplet-teardown");
    if (!isGiven && (providers.has("digitalocean") || isConfigured)) {
        throw new CodedError(
            "the Droplet's token is that of `digitalocean:token` or of an explicit provider: give its teardown the same, by `droplet-teardown:token`, a provider of droplet-teardown or teardown.token",
        );
    }
}

/** Only the executor's team has its tag. A Droplet of another one would be forgotten by a destroy, which finds nothing. */
async function refuseOtherTeam(
    { request, settings }: Around,
    { outputs: { tag } }: Registered,
    monitor: Monitor,
): Promise<void> {
    const [providers, config] = [request.getProvidersMap(), request.getConfigMap()];
    const isSame = (key: string): boolean =>
        config.get(`digitalocean:${key}`) === config.get(`droplet-teardown:${key}`);
    const isDefault = settings.token == null && providers.getLength() === 0;
    const isAsked = settings.enabled !== false && !(isDefault && isSame("token") && isSame("apiEndpoint"));
    if (isAsked && typeof tag === "string" && tag !== UNKNOWN) {
        const question = ["digitalocean:index/getTag:getTag", { name: tag }] as const;
        await monitor.invoke(...question, providers.get("digitalocean")).catch((error: unknown) => {
            throw new CodedError(
                `the Droplet's provider does not see the tag ${tag} of its teardown, so their tokens may be of two teams, and a destroy would not find the Droplet: give both a token of one team, by \`digitalocean:token\` and \`droplet-teardown:token\`, explicit providers or teardown.token. ${(error as Error).message}`,
                "wrong-team",
            );
        });
    }
}

function parseRequest(request: ConstructRequest): Pick<Around, "given" | "settings" | "inputs"> {
    const given = toValues(request.getInputs());
    const { teardown, ...inputs } = withoutOutputs(given) as Values;
    const settings = isSecret(teardown) ? teardown.value : (teardown ?? {});
    if (!isObject(settings)) {
        throw new CodedError("teardown must be known at preview: only what is inside it may be an output");
    }
    const unknown = Object.keys(settings).filter((name) => !SETTINGS.includes(name));
    if (unknown.length > 0) {
        throw new CodedError(`teardown has no ${unknown.join(", ")}: it has ${SETTINGS.join(", ")}`);
    }
    if (settings.enabled != null && typeof settings.enabled !== "boolean") {
        throw new CodedError("teardown.enabled must be true or false, known at preview");
    }
    return { given, settings, inputs };
}

function registerComponent(request: ConstructRequest, inputs: Values, monitor: Monitor): Promise<Registered> {
    return monitor.register({
        type: request.getType(),
        name: request.getName(),
        parent: request.getParent(),
        custom: false,
        inputs,
        dependencies: request.getDependenciesList(),
        protect: request.hasProtect() ? request.getProtect() : undefined,
        aliases: request.getAliasesList(),
        configure: (registration) => registration.setIgnorechangesList(request.getIgnorechangesList()),
    });
}

/** What all three have in common. If one is protected or retained, all are. */
function sharedOptions({ request, urn }: Around): Omit<Registration, "type" | "inputs" | "dependencies"> {
    return {
        name: request.getName(),
        parent: urn,
        custom: true,
        protect: request.hasProtect() ? request.getProtect() : undefined,
        retainOnDelete: request.hasRetainondelete() ? request.getRetainondelete() : undefined,
        customTimeouts: request.getCustomtimeouts(),
    };
}

function sharedInputs({ request, given, settings }: Around): Readonly<Record<string, Value | undefined>> {
    const { policy, keep, timeout, token, enabled } = settings;
    const customTimeout = request.getCustomtimeouts()?.getDelete() ?? "";
    return {
        enabled: enabled ?? true,
        policy: policy ?? "keep",
        keep,
        ...declaredBy(given),
        timeout: timeout ?? (customTimeout === "" ? undefined : customTimeout),
        token: token == null || isSecret(token) ? token : secret(token),
    };
}

/** The executor. Whatever the Droplet needs outlives it. */
function executorRegistration(around: Around): Registration {
    const { request, given, settings, inputs } = around;
    return {
        ...sharedOptions(around),
        type: TYPES.executor,
        inputs: defined({
            ...sharedInputs(around),
            retries: settings.retries,
            gracefulShutdown: inputs.gracefulShutdown,
            finalSnapshot: settings.finalSnapshot,
            dropletName: inputs.name,
            ttl: settings.ttl,
            argumentsDigest: settings.ttl == null ? undefined : toDigest(inputs),
            resourceName: request.getName(),
            stackTag: stackTag(request.getProject(), request.getStack()),
        }),
        dependencies: unique([
            ...request.getDependenciesList(),
            ...[...inputDependencies(request, given).values()].flat(),
        ]),
        provider: request.getProvidersMap().get("droplet-teardown"),
        aliases: [formerly(siblingUrn(around, `${DYNAMIC}DropletTeardown`))],
        secretOutputs: ["token"],
    };
}

function dropletRegistration(around: Around, executor: Registered): Registration {
    const { request, given, settings, inputs } = around;
    const handedBack = settings.enabled === false;
    const dependencies = inputDependencies(request, given);
    dependencies.delete("teardown");
    if (!handedBack) {
        dependencies.set("tags", unique([...(dependencies.get("tags") ?? []), executor.urn]));
    }
    const readable = stackTag(request.getProject(), request.getStack());
    const own = [readable, executor.outputs.tag ?? UNKNOWN, ...expiryTags(around, executor)];
    return {
        ...sharedOptions(around),
        type: DROPLET,
        inputs: handedBack ? inputs : { ...inputs, tags: withTags(inputs.tags, own) },
        dependencies: unique([
            ...request.getDependenciesList(),
            ...[...dependencies.values()].flat(),
            executor.urn,
        ]),
        inputDependencies: dependencies,
        provider: request.getProvidersMap().get("digitalocean"),
        aliases: [formerly(siblingUrn(around, DROPLET))],
        configure: (registration) => passOptions(request, registration),
        ...(handedBack ? {} : { deletedWith: executor.urn }),
    };
}

/** The tag that says when the Droplet expires, where it does. */
function expiryTags({ settings }: Around, { outputs }: Registered): Value[] {
    return settings.ttl == null ? [] : [outputs.expiryTag ?? UNKNOWN];
}

/** The arguments may have secrets, of which no digest is shown either. */
function toDigest(inputs: Values): Value {
    return isUnknown(inputs) ? UNKNOWN : secret(argumentsDigest(inputs));
}

/** Options that are about the machine. */
function passOptions(request: ConstructRequest, registration: messages.RegisterResourceRequest): void {
    registration.setIgnorechangesList(request.getIgnorechangesList());
    registration.setReplaceonchangesList(request.getReplaceonchangesList());
    registration.setReplaceWithList(request.getReplaceWithList());
    registration.setAdditionalsecretoutputsList(request.getAdditionalsecretoutputsList());
    // The same message under another name.
    const hooks = request.getResourceHooks()?.serializeBinary();
    if (hooks !== undefined) {
        registration.setHooks(messages.RegisterResourceRequest.ResourceHooksBinding.deserializeBinary(hooks));
    }
    registration.setReplacementTrigger(request.getReplacementTrigger());
    registration.setDeletebeforereplacedefined(request.hasDeletebeforereplace());
    registration.setDeletebeforereplace(request.getDeletebeforereplace() ?? false);
}

/** A child of the Droplet, which moves with it into another stack, whose destroys then decide about the Droplet. */
function recordRegistration(around: Around, executor: Registered, droplet: Registered): Registration {
    const { request, ownDelete } = around;
    const [dropletExpiryTag] = expiryTags(around, executor);
    return {
        ...sharedOptions(around),
        parent: droplet.urn,
        type: TYPES.record,
        inputs: defined({
            ...sharedInputs(around),
            dropletId: droplet.id === "" ? UNKNOWN : droplet.id,
            tag: executor.outputs.tag ?? UNKNOWN,
            team: executor.outputs.accountId ?? UNKNOWN,
            dropletExpiryTag,
            imported: false,
            retained: request.getRetainondelete() ?? false,
        }),
        dependencies: unique([...request.getDependenciesList(), executor.urn, droplet.urn]),
        provider: request.getProvidersMap().get("droplet-teardown"),
        aliases: [formerly(siblingUrn(around, `${DROPLET}$${DYNAMIC}DropletRecord`))],
        transforms: [ownDelete],
        secretOutputs: ["token"],
    };
}

/** The URN of a resource that has the component's parent and name. */
function siblingUrn({ urn, request }: Around, type: string): string {
    const end = `${request.getType()}::${request.getName()}`;
    return `${urn.slice(0, urn.length - end.length)}${type}::${request.getName()}`;
}

function withTags(given: Value | undefined, own: readonly Value[]): Value {
    if (isSecret(given)) {
        return secret(withTags(given.value, own));
    }
    if (given === UNKNOWN) {
        return UNKNOWN;
    }
    if (given != null && !Array.isArray(given)) {
        throw new CodedError("tags must be a list");
    }
    return [...((given ?? []) as readonly Value[]), ...own];
}

/** Ids and addresses, by what becomes of their cost, as the npm package has them. */
function declaredBy({ volumeIds, teardown }: Values): { managed: Value; volumeIds: Value } {
    const volumes = split(volumeIds);
    const kept = split(isObject(teardown) ? teardown.keep : undefined);
    return { managed: joined(volumes.own, kept.own), volumeIds: volumes.others };
}

/** Entries that come from resources of the stack, and others. */
function split(names: Value | undefined): { own: Value; others: Value } {
    if (!Array.isArray(names)) {
        const list = withoutOutputs(names ?? []);
        const plain = (isSecret(list) ? list.value : list) ?? [];
        const all = isSecret(list) && Array.isArray(plain) ? (plain as readonly Value[]).map(secret) : plain;
        return dependenciesIn(names ?? null).length > 0 ? { own: all, others: [] } : { own: [], others: all };
    }
    const isOwn = (name: Value): boolean => dependenciesIn(name).length > 0;
    const entries = names as readonly Value[];
    const those = (own: boolean): Value => entries.filter((name) => isOwn(name) === own).map(withoutOutputs);
    return { own: those(true), others: those(false) };
}

/** Both lists, or that they are unknown. */
function joined(one: Value, other: Value): Value {
    return Array.isArray(one) && Array.isArray(other)
        ? unique([...(one as readonly Value[]), ...(other as readonly Value[])])
        : UNKNOWN;
}

/** URNs of the resources that each input comes from. */
function inputDependencies(request: ConstructRequest, given: Values): Map<string, string[]> {
    const named = new Map<string, string[]>();
    for (const [name, dependencies] of request.getInputdependenciesMap().entries()) {
        named.set(name, dependencies.getUrnsList());
    }
    for (const [name, value] of Object.entries(given)) {
        named.set(name, unique([...(named.get(name) ?? []), ...dependenciesIn(value)]));
    }
    return named;
}

function collectOutputs(
    isPreview: boolean,
    executor: Registered,
    droplet: Registered,
    record: Registered,
): Pick<Constructed, "outputs" | "dependencies"> {
    const { ipv4Address, ipv4AddressPrivate, ipv6Address, status } = droplet.outputs;
    const { inventory, monthlyCost } = record.outputs;
    const dropletId = droplet.id === "" ? UNKNOWN : Number(droplet.id);
    const bySource = [
        [droplet, { dropletId, ipv4Address, ipv4AddressPrivate, ipv6Address, status }],
        [record, { inventory, monthlyCost }],
        [executor, { teardownTag: executor.outputs.tag }],
    ] as const;
    const all = bySource.flatMap(([{ urn }, outputs]) =>
        Object.entries(outputs).map(([name, value]) => ({ name, value, urn })),
    );
    return {
        outputs: Object.fromEntries(
            all.map(({ name, value }) => [name, value ?? (isPreview ? UNKNOWN : null)]),
        ),
        dependencies: new Map(all.map(({ name, urn }) => [name, [urn]])),
    };
}

function defined(values: Readonly<Record<string, Value | undefined>>): Values {
    return Object.fromEntries(Object.entries(values).filter(([, value]) => value != null)) as Values;
}

function unique<T>(items: readonly T[]): T[] {
    return [...new Set(items)];
}

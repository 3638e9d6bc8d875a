import { type Evidence, type Findings, isProvenAbsent, type Reading } from "./findings.js";

/** What all evidence of a resource together says; computed, never stored. */
export type Whereabouts =
    /** It exists, and hangs on these Droplets. */
    | { readonly is: "there"; readonly dropletIds: readonly number[] }
    /** Proven: a status shows it destroyed, its own endpoint answers 404 twice, or our delete was accepted. */
    | { readonly is: "gone" }
    /** Its own endpoint does not say. */
    | { readonly is: "hidden"; readonly why: string }
    /** Sources contradict each other, or there is a single 404: its own endpoint has to tell. */
    | { readonly is: "disputed" }
    /** Only recorded or named so far, or its list does not show it any more. */
    | { readonly is: "unseen" };

/** Of two sources, the newer one wins. */
export function whereIs(evidence: Evidence): Whereabouts {
    const { own, ended, deleted, kind, listed } = evidence;
    if (deleted) {
        return { is: "gone" };
    }
    if (own?.is === "absent") {
        // An address can be handed out again.
        const isBack = kind === "reserved_ip" && isShown(listed) && isNewer(listed.at, own.at);
        return { is: isProvenAbsent(own) && !isBack ? "gone" : "disputed" };
    }
    const shown = lastShown(evidence);
    if (ended !== null && !(own !== null && isNewer(own.at, ended.at))) {
        return { is: shown !== null && isNewer(shown.at, ended.at) ? "disputed" : "gone" };
    }
    if (own !== null && !(listed !== null && isNewer(listed.at, own.at))) {
        return own.is === "read"
            ? { is: "there", dropletIds: own.value.dropletIds }
            : { is: "hidden", why: own.error.message };
    }
    return shown === null ? { is: "unseen" } : { is: "there", dropletIds: shown.dropletIds };
}

/** Resources that are not proven to be gone. */
export function openOf({ evidence }: Pick<Findings, "evidence">): readonly Evidence[] {
    return evidence.filter((one) => !isGone(one));
}

export function isGone(evidence: Evidence): boolean {
    return whereIs(evidence).is === "gone";
}

/** A destroy of the Droplet named it, or it is a snapshot of the Droplet: it may be deleted by its own endpoint. */
export function mayDeleteAlone({ named, asked, taken, kind, everListed }: Evidence): boolean {
    return named || asked || taken !== null || (kind === "snapshot" && everListed);
}

/** What the newest of the Droplet's lists shows. */
function lastShown({ listed, taken }: Evidence): { dropletIds: readonly number[]; at: Reading } | null {
    if (taken !== null && (listed === null || isNewer(taken, listed.at))) {
        return { dropletIds: [], at: taken };
    }
    return isShown(listed) ? { dropletIds: listed.shown.dropletIds, at: listed.at } : null;
}

function isShown(
    listed: Evidence["listed"],
): listed is NonNullable<Evidence["listed"]> & { shown: { dropletIds: readonly number[] } } {
    return listed?.shown != null;
}

function isNewer(one: Reading, other: Reading): boolean {
    return one.nth > other.nth;
}

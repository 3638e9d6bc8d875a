import {
    afterAccepted,
    afterLost,
    afterRefusal,
    NOTHING_SENT,
    type Memory,
    type SentRequest,
} from "../../provider/teardown/memory.js";
import type { DestroyStatus } from "../../provider/teardown/model.js";
import { completed, resource, shown } from "./resources.js";

export const NOW = 1_000_000;
export const NONE: DestroyStatus = { state: "none" };
const VOLUME = resource("volume", "v1");
export const BUSY = { failed: "resource is busy" };
export const FAILED: DestroyStatus = completed([shown("volume", "v1", BUSY)]);
export const DONE: DestroyStatus = completed([shown("volume", "v1", "gone")]);

function sending(agoMs: number, before: DestroyStatus = NONE): Omit<SentRequest, "answer"> {
    return { resources: [VOLUME], atMs: NOW - agoMs, before };
}

/** A run whose destroy of one volume was accepted. */
export function accepted(agoMs = 1_000, before: DestroyStatus = NONE, more: Partial<Memory> = {}): Memory {
    return { ...afterAccepted(NOTHING_SENT, sending(agoMs, before)), ...more };
}

export function lost(agoMs = 1_000): Memory {
    return afterLost(NOTHING_SENT, sending(agoMs), "502 Bad Gateway");
}

/** @param agoMs when the first refusal came */
export function refused(times: number, agoMs = 1_000): Memory {
    let memory = NOTHING_SENT;
    for (let time = 0; time < times; time += 1) {
        memory = afterRefusal(memory, "409 in progress", NOW - agoMs + time);
    }
    return memory;
}

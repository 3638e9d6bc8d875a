import type { Droplet } from "../provider/teardown/model.js";
import { dropletLabel, printable } from "../provider/teardown/format.js";

const STACK_TAG = /^teardown:([^:]+):([^:]+)$/i;

/** The warning for a Droplet that a Pulumi stack manages; null if it has no stack tag. */
export function stackWarning(droplet: Droplet | null): string | null {
    for (const tag of droplet?.tags ?? []) {
        const [, project, stack] = STACK_TAG.exec(tag) ?? [];
        if (droplet !== null && project !== undefined && stack !== undefined) {
            const label = dropletLabel(droplet.id, droplet.name);
            const whose = `${printable(project)}/${printable(stack)}`;
            return `${label} belongs to the Pulumi stack ${whose}: its state will not know that the droplet is gone; prefer \`pulumi destroy\` there`;
        }
    }
    return null;
}

import type { Engine } from "../../tools/engine/engine.js";
import { figure, type Figure } from "../figures.js";
import { measureDestroy } from "./stack.js";

const DESTROY_S = 5;
/** Twelve or thirteen requests for each are more than the 200 of a minute: the last tags are deleted in the next one. */
const OVERHEAD_S = 60;
const DROPLETS = 20;

const PROGRAM = `
const { Droplet } = require("pulumi-droplet-teardown");
const spec = { image: "ubuntu-24-04-x64", region: "nyc3", size: "s-1vcpu-1gb" };
for (let number = 1; number <= ${DROPLETS}; number += 1) {
    new Droplet("web-" + number, { ...spec, name: "web-" + number, teardown: { policy: "destroy" } });
}
`;

/** Many Droplets in one stack, all at once: one plugin process, one schedule. */
export async function manyAtOnce(engine: Engine): Promise<Figure[]> {
    const took = await measureDestroy(engine, PROGRAM, DESTROY_S, { parallel: DROPLETS });
    const name = `${DROPLETS} Droplets, --parallel ${DROPLETS}`;
    return [
        figure(`${name}: pulumi destroy`, took.seconds, "s"),
        figure(`${name}: above the destroys`, took.seconds - DESTROY_S, "s", OVERHEAD_S),
        figure(`${name}: requests`, took.requests, ""),
        figure(`${name}: 429s`, took.refused, "", 0),
    ];
}

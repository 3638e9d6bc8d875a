import { uniform } from "../random.js";
import { scheduled, type ScheduledWaiter, type Waiter } from "./waiter.js";

/** Azure core-lro: at once, then 2 s after every answer. */
const azure = scheduled("Azure core-lro", ({ sent, answeredMs }) => (sent === 0 ? 0 : answeredMs + 2_000));

/** godo `util.WaitForActive`: at once, then 5 s after every answer. */
const godo = scheduled("godo", ({ sent, answeredMs }) => (sent === 0 ? 0 : answeredMs + 5_000));

/** The Terraform provider's Droplet: after 10 s, then 3, 6, 10, 10 … s, and 60 s at most. */
const terraform = scheduled("Terraform provider", ({ sent, answeredMs }) => {
    const dueMs = sent === 0 ? 10_000 : answeredMs + Math.min(3_000 * 2 ** (sent - 1), 10_000);
    return dueMs > 60_000 ? null : dueMs;
});

/** The AWS SDK's waiter defaults: at once, then a random part of 2, 4, 8 … 120 s, and 2 s at least. */
const aws = scheduled("AWS SDK waiter", ({ sent, answeredMs }, random) =>
    sent === 0 ? 0 : answeredMs + uniform(random, 2_000, Math.min(2_000 * 2 ** (sent - 1), 120_000)),
);

/** Terraform's `StateChangeConf` as it comes: at once, then 0.1, 0.2, 0.4 … 10 s after every answer. */
const stateChange = scheduled("Terraform StateChangeConf", ({ sent, answeredMs }) =>
    sent === 0 ? 0 : answeredMs + Math.min(100 * 2 ** (sent - 1), 10_000),
);

/** What scripts do: at once, and then at fixed intervals. */
export const every = (seconds: number): ScheduledWaiter =>
    scheduled(`every ${seconds} s`, ({ sent, answeredMs }) =>
        sent === 0 ? 0 : answeredMs + seconds * 1_000,
    );

/** Others' published defaults, to compare with. */
export const published: readonly Waiter[] = [azure, godo, terraform, stateChange, aws, every(2), every(10)];

/** How fleets are torn down elsewhere: a schedule for each Droplet, and so many Droplets at a time. */
export const publishedFleets: readonly { readonly waiter: ScheduledWaiter; readonly atOnce: number }[] = [
    { waiter: terraform, atOnce: 10 },
    { waiter: stateChange, atOnce: 10 },
    { waiter: every(2), atOnce: 10 },
    { waiter: azure, atOnce: Infinity },
    { waiter: aws, atOnce: Infinity },
    { waiter: godo, atOnce: Infinity },
];

/** The runs that count for a claim. */
import { armsOf } from "../contract/arms-of.ts";
import type { Claim } from "../contract/claims.ts";
import { type Reading, settingOf } from "../contract/readings.ts";
import type { RunSpec } from "../contract/run.ts";

/** Key of the runs of a model under a setting. */
export const armKey = (model: string, setting: string): string => JSON.stringify([model, setting]);

/** Whether a run counts for a claim: it belongs to one of the claim's arms under one of these readings. */
export function countsFor(
  claim: Claim,
  readings: readonly Reading[],
): (spec: Pick<RunSpec, "model" | "setting">) => boolean {
  const arms = new Set(readings.flatMap((reading) => armsOf(claim).map((arm) => armKey(arm, settingOf(reading, arm)))));
  return ({ model, setting }) => arms.has(armKey(model, setting));
}

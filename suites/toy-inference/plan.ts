/** The runs of the suite: each ALI and each GAN of toy-modes, what is put on them, and a VAE beside them. */
import type { RunSpec } from "../../harness/contract/run.ts";
import type { Plan } from "../../harness/contract/suite.ts";
import { specSha256 } from "../../harness/store/run-key.ts";
import { AXES, UNIT_VARIANCE } from "./readings.ts";

export const SUITE = "toy-inference";
export const VERSION = 1;

const PRIMARY = AXES[0].options[0].setting;

/** Slots of models with the model of toy-modes that a run starts from; null: it starts from nothing. */
export const SLOTS = { ali: "ali", inverse: "gan", "post-hoc": "gan", vae: null } as const;
export type Slot = keyof typeof SLOTS;

/**
 * Runs beside those of a plan of toy-modes: equal settings, replicates and hyperparameters. `ali` is trained there and only
 * measured here; the second stage of the two encoders has as many updates as the first. A reduced profile has the VAE of unit
 * variance under the primary hyperparameters alone.
 */
export function runsBeside({ runs }: Plan, versions: Readonly<Record<Slot, number>>): readonly RunSpec[] {
  const specOf = (slot: Slot, from: RunSpec, own: Pick<RunSpec, "setting" | "updates" | "settings">): RunSpec => ({
    ...from,
    suite: SUITE,
    suiteVersion: VERSION,
    model: slot,
    modelVersion: versions[slot],
    path: `${SUITE}/${from.budget}/${slot}/${own.setting}/replicate=${from.replicate}`,
    ...own,
    ...(SLOTS[slot] && { needs: { suite: from.suite, path: from.path, specSha256: specSha256(from) } }),
  });
  return runs.flatMap((from): RunSpec[] => {
    const { setting, updates, settings } = from;
    if (from.model === "ali") return [specOf("ali", from, { setting, updates: 0, settings })];
    const unitVariance = specOf("vae", from, {
      setting: `${setting}-${UNIT_VARIANCE}`,
      updates,
      settings: { ...settings, likelihoodSd: 1 },
    });
    return [
      specOf("inverse", from, { setting, updates, settings }),
      specOf("post-hoc", from, { setting, updates, settings }),
      specOf("vae", from, { setting, updates, settings: { ...settings, likelihoodSd: "learned" } }),
      ...(from.profile === "paper" || setting === PRIMARY ? [unitVariance] : []),
    ];
  });
}

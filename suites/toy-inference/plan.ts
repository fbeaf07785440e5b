/** The runs of the suite: each ALI and each GAN of toy-modes, what is put on them, and a VAE beside them. */
import type { LikelihoodSd } from "../../baselines/models/vae/model.ts";
import type { Plan } from "../../harness/contract/suite.ts";
import type { PlannedRun } from "../../harness/contract/suite-definition.ts";
import { SETTINGS as TOY_SETTINGS, type RunSettings as ToyRunSettings } from "../toy-modes/settings.ts";
import { QUESTIONS, UNIT_VARIANCE } from "./readings.ts";

const PRIMARY = QUESTIONS[0].options[0].setting;

/** Resolved settings of a run: those of toy-modes; a VAE has those of its likelihood besides. */
export interface RunSettings extends ToyRunSettings {
  readonly likelihoodSd?: LikelihoodSd;
}

/** Slots of models with the model of toy-modes that a run starts from; null: it starts from nothing. */
export const SLOTS = { ali: "ali", inverse: "gan", "post-hoc": "gan", vae: null } as const;
export type Slot = keyof typeof SLOTS;

/**
 * Runs beside those of a plan of toy-modes: equal settings, replicates and hyperparameters. `ali` is trained there and only
 * measured here; the second stage of the two encoders has as many updates as the first. A reduced profile has the VAE of unit
 * variance under the primary hyperparameters alone.
 */
export function runsBeside({ runs }: Plan): readonly PlannedRun<Slot, RunSettings>[] {
  return runs.flatMap((from): PlannedRun<Slot, RunSettings>[] => {
    const { setting, updates, replicate, dataSha256 } = from;
    const settings = TOY_SETTINGS.parse(from.settings);
    const beside = { setting, updates, replicate, dataSha256, settings };
    if (from.model === "ali") return [{ ...beside, arm: "ali", updates: 0, needs: from }];
    const vae = { ...beside, arm: "vae" } as const;
    const unitVariance = { ...vae, setting: `${setting}-${UNIT_VARIANCE}`, settings: { ...settings, likelihoodSd: 1 } };
    return [
      { ...beside, arm: "inverse", needs: from },
      { ...beside, arm: "post-hoc", needs: from },
      { ...vae, settings: { ...settings, likelihoodSd: "learned" } },
      ...(from.profile === "paper" || setting === PRIMARY ? [unitVariance] : []),
    ];
  });
}

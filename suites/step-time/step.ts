import * as tf from "@tensorflow/tfjs-core";
import { LATENT } from "../../baselines/models/toy-settings.ts";
import type { VaeSettings } from "../../baselines/models/vae/model.ts";
import { mixtureData } from "../../datasets/mixture.ts";
import type { Model } from "../../harness/contract/model.ts";
import type { RunContext } from "../../harness/contract/suite.ts";
import type { Engine } from "../../harness/engine/engine.ts";
import { minibatchRows } from "../../harness/random/minibatches.ts";
import { FIXED, PAPER_MIXTURE } from "../toy-modes/settings.ts";
import type { StepTimeSettings } from "./settings.ts";

const BATCH = 100;
const SAMPLES = 10_000;

/** A model's training step at the authors' settings, on the paper's mixture. Each goes on from the state of the last. */
export function trainingStep(
  model: Model<VaeSettings>,
  { network }: Pick<StepTimeSettings, "network">,
  engine: Engine,
  seed: RunContext["seed"],
): { once(): void; dispose(): void } {
  const { step, initialState } = model.build(
    { ...FIXED, network, batchSize: BATCH, likelihoodSd: "learned" },
    engine.ops,
  );
  const { train } = mixtureData(PAPER_MIXTURE, SAMPLES);
  const rows = minibatchRows(SAMPLES, BATCH, seed("data order"));
  const [noise] = seed("noise");
  const program = engine.compile(step, initialState(seed("init")), { x: { shape: [SAMPLES, LATENT], data: train } });
  let index = 0;
  return {
    once() {
      program.run(() => ({ rows: tf.tensor1d(rows(index), "int32") }), [noise | 0, index]);
      program.metrics(); // what is still on its way is waited for
      index += 1;
    },
    dispose: () => program.dispose(),
  };
}

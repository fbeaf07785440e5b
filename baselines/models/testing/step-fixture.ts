/** What the shared step tests start from: settings, a batch and one update of the smallest networks. */
import * as tf from "@tensorflow/tfjs-core";
import type { BuiltModel, Model } from "../../../harness/contract/model.ts";
import type { HostState } from "../../../harness/engine/host-state.ts";
import { openEngine } from "../../../harness/engine/open.ts";
import { eager } from "../../../harness/engine/program.ts";
import type { Tensors } from "../../../harness/engine/step.ts";
import type { ToySettings } from "../toy-settings.ts";

export const SETTINGS: ToySettings = {
  network: "smoke",
  batchSize: 10,
  learningRate: 1e-3,
  beta1: 0.2,
  initialSd: 0.3,
};
export const KEY = [11, 12] as const;

export const batch = (): Tensors => ({
  x: tf.tensor2d(
    Float32Array.from({ length: 20 }, (_, i) => 2 * Math.sin(i)),
    [SETTINGS.batchSize, 2],
  ),
});

export interface Started {
  readonly built: BuiltModel;
  readonly initial: HostState;
  /** The model with the paper's networks. */
  readonly paper: BuiltModel;
  /** Some updates of a state on one batch, read back, with the last one's metrics. */
  update(state: HostState, updates?: number): { state: HostState; metrics: Record<string, number> };
}

/** A model with the smallest networks, before its first update. */
export async function start(model: Model<ToySettings>): Promise<Started> {
  const { ops } = await openEngine({ provision: false });
  const built = model.build(SETTINGS, ops);
  return {
    built,
    initial: built.initialState([1, 2]),
    paper: model.build({ ...SETTINGS, network: "paper" }, ops),
    update(state, updates = 1) {
      const program = eager(built.step, state);
      for (let i = 0; i < updates; i++) program.run(batch, [KEY[0], KEY[1] + i]);
      const out = { state: program.read(), metrics: program.metrics() };
      program.dispose();
      return out;
    },
  };
}

/** The tests of a model on top of a trained GAN, and the GAN that they train for it. */
import assert from "node:assert/strict";
import { before, describe, test } from "node:test";
import * as tf from "@tensorflow/tfjs-core";
import type { DependentModel, Model } from "../../../harness/contract/model.ts";
import type { HostState } from "../../../harness/engine/host-state.ts";
import { openEngine } from "../../../harness/engine/open.ts";
import { compositeOps, type Ops } from "../../../harness/engine/ops.ts";
import { eager, tensors } from "../../../harness/engine/program.ts";
import { gan, ganGroups } from "../gan/model.ts";
import { NETWORKS } from "../gan/networks.ts";
import type { ToySettings } from "../toy-settings.ts";
import { batch, SETTINGS, type Started, start } from "./step-fixture.ts";

/** Names of the GAN's generator. */
const DECODER = ganGroups(NETWORKS.smoke).generator.map(({ name }) => name);

/** A GAN after three updates: its averages are no longer the start's. With the paper's networks, before the first. */
function trainedGan(settings: ToySettings, ops: Ops): HostState {
  const built = gan.build({ ...settings, batchSize: SETTINGS.batchSize }, ops); // that of `batch`
  const initial = built.initialState([5, 6]);
  if (settings.network === "paper") return initial;
  const program = eager(built.step, initial);
  for (let i = 0; i < 3; i++) program.run(batch, [21, i]);
  const state = program.read();
  program.dispose();
  return state;
}

/** The model on top of such a GAN, as a model of its own. */
export const onTrainedGan = ({ id, version, buildOn }: DependentModel<ToySettings>): Model<ToySettings> => ({
  id,
  version,
  build: (settings, ops) => buildOn(settings, ops, trainedGan(settings, ops)),
});

export function frozenDecoderTests(model: DependentModel<ToySettings>): void {
  describe(`the frozen decoder of ${model.id}`, () => {
    let started: Started;
    let trained: HostState;
    before(async () => {
      started = await start(onTrainedGan(model));
      trained = trainedGan(SETTINGS, (await openEngine({ provision: false })).ops);
    });

    test("the GAN's decoder and its averages are in the state, and after 25 updates they are what they were, to the bit", () => {
      const { initial, update } = started;
      const { state } = update(initial, 25);
      for (const name of DECODER) {
        assert.deepEqual(initial[name], trained[name]);
        assert.deepEqual(state[name], initial[name]);
      }
      assert.deepEqual(initial["decoder/averages"], trained.averages);
      assert.deepEqual(state["decoder/averages"], initial["decoder/averages"]);
    });

    test("it decodes as the GAN does", async () => {
      const other = await start(gan);
      const { state } = started.update(started.initial, 2);
      const mine = tensors(state);
      const gans = tensors({ ...state, averages: state["decoder/averages"]! });
      tf.tidy(() => {
        const z = tf.mul(batch().x!, 0.5) as tf.Tensor2D;
        assert.deepEqual(started.built.decode!(mine, z).arraySync(), other.built.decode!(gans, z).arraySync());
      });
      tf.dispose([mine, gans]);
    });

    test("what it learns depends on the decoder", () => {
      const { initial, update } = started;
      const last = DECODER.at(-1)!;
      const bias = { ...initial[last]!, data: initial[last]!.data.map((value) => value + 1) };
      const encoder = (state: HostState) => Object.entries(state).filter(([name]) => name.startsWith("encoder/"));
      // Through the discriminator the encoder hears of the decoder one update later.
      const other = update({ ...initial, [last]: bias }, 2).state;
      assert.notDeepEqual(encoder(other), encoder(update(initial, 2).state));
    });

    test("a GAN of other networks is refused", () => {
      const quick = { ...SETTINGS, network: "quick" } as const;
      assert.throws(() => model.buildOn(quick, compositeOps, trained), /needs \d+: build both with the same network/);
      assert.throws(() => model.buildOn(SETTINGS, compositeOps, {}), /has no entries of "decoder\/1\/weights"/);
    });
  });
}

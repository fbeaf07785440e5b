/** The toy's models in stacks: the bits of a stack of one in every stack, and the numbers of a run alone within a bound. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { before, describe, test } from "node:test";
import * as tf from "@tensorflow/tfjs-core";
import type { Model } from "../../harness/contract/model.ts";
import type { Engine } from "../../harness/engine/engine.ts";
import type { HostState } from "../../harness/engine/host-state.ts";
import { openEngine } from "../../harness/engine/open.ts";
import type { Program } from "../../harness/engine/program.ts";
import { standardNormal } from "../../harness/engine/stateless-normal.ts";
import { NEEDS_TENSORFLOW, openTensorflow } from "../../harness/engine/tensorflow/capture/engine-for-tests.ts";
import type { TensorflowBackend } from "../../harness/engine/tensorflow/load.ts";
import { ali } from "./ali/model.ts";
import { gan } from "./gan/model.ts";
import { inverse } from "./inverse/model.ts";
import { postHoc } from "./post-hoc/model.ts";
import { onTrainedGan } from "./testing/frozen-decoder-tests.ts";
import { type VaeSettings, vae } from "./vae/model.ts";

const UPDATES = 20;
/** How far a part of the state may be from that of a run alone after these updates, relative to its largest number. */
const BOUND = 1e-3;
const MODELS: readonly Model<VaeSettings>[] = [ali, gan, vae, onTrainedGan(inverse), onTrainedGan(postHoc)];

/** How many products of matrices the graphs have that are loaded meanwhile. */
async function productsLoaded(load: () => unknown): Promise<number> {
  const backend = tf.backend() as unknown as TensorflowBackend;
  const { binding } = backend;
  let products = 0;
  backend.binding = Object.create(binding, {
    loadSavedModel: {
      value: (folder: string, tags: string) => {
        products += readFileSync(join(folder, "saved_model.pb"), "latin1").split("BatchMatMulV2").length - 1;
        return binding.loadSavedModel(folder, tags);
      },
    },
  });
  try {
    await load();
    return products;
  } finally {
    backend.binding = binding;
  }
}

for (const model of MODELS)
  for (const batchSize of [10, 7])
    describe(`${model.id} in stacks, batch ${batchSize}`, NEEDS_TENSORFLOW, () => {
      let plain: Engine;
      let engine: Engine;
      before(async () => {
        plain = await openTensorflow();
        engine = await openEngine({ requested: "tensorflow", provision: false, stacked: true });
      });
      /** Runs that differ in their learning rates, momenta, states, batches and keys. */
      const compile = (on: Pick<Engine, "compile">, of: number): Program => {
        const rates = { learningRate: 1e-3 * (1 + of), beta1: 0.5 + of / 10 };
        const settings = { network: "smoke", batchSize, initialSd: 0.1, likelihoodSd: "learned", ...rates } as const;
        const { step, initialState } = model.build(settings, engine.ops);
        return on.compile(step, initialState([3, of]));
      };
      const update = (program: Program, of: number, i: number) =>
        program.run(() => ({ x: tf.tensor2d(standardNormal(2 * batchSize, [i, of]), [batchSize, 2]) }), [i, of]);
      const alone = (on: Engine, of: number): HostState => {
        const program = compile(on, of);
        for (let i = 0; i < UPDATES; i++) update(program, of, i);
        const state = program.read();
        program.dispose();
        return state;
      };

      test("the bits of a stack of one, by as many products; those of a run alone within the bound", async () => {
        let ones: HostState[] = [];
        const products = await productsLoaded(() => {
          ones = [0, 1, 2].map((of) => alone(engine, of));
        });
        assert.notEqual(products, 0);
        for (const size of [2, 3]) {
          const programs = engine.stack!(size).map((place, of) => compile(place, of));
          const stacked = await productsLoaded(async () => {
            for (let i = 0; i < UPDATES; i++) await Promise.all(programs.map((program, of) => update(program, of, i)));
          });
          assert.equal(stacked, products / 3);
          programs.forEach((program, of) => {
            assert.deepEqual(program.read(), ones[of]);
            program.dispose();
          });
        }
        for (const [name, { data }] of Object.entries(alone(plain, 1))) {
          const largest = Math.max(...data.map(Math.abs));
          const off = Math.max(...data.map((x, i) => Math.abs(x - ones[1]![name]!.data[i]!)));
          assert.equal(off <= BOUND * largest, true, `${name} is off by ${off}, its largest number is ${largest}`);
        }
      });
    });

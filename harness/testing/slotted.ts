/** A suite of two slots whose runs take milliseconds: four parameters that walk to a target. For tests of compare. */
import * as tf from "@tensorflow/tfjs-core";
import type { Model } from "../contract/model.ts";
import { singleReading } from "../contract/readings.ts";
import type { RunSpec } from "../contract/run.ts";
import type { Measurement, RunContext, Suite } from "../contract/suite.ts";

const SIZE = 4;
const REPLICATES = Number(process.env.FIXTURE_REPLICATES ?? 8);
const LITERAL = process.env.FIXTURE_LITERAL !== undefined;

interface Settings {
  readonly noise: number;
}
export interface WalkerOptions {
  readonly id?: string;
  readonly version?: number;
  /** Where it walks to. */
  readonly target?: number;
  /** Distance by which single runs miss the target, up or down by their seed. */
  readonly wobble?: number;
  readonly size?: number;
}

export function walker({ id = "walker", version = 1, target = 1, wobble = 0, size = SIZE }: WalkerOptions = {}) {
  return {
    id,
    version,
    build: ({ noise }, ops) => ({
      groups: { walker: [{ name: "w", shape: [size], size }] as never },
      initialState: ([low]) => ({
        w: { shape: [size], data: Float32Array.from({ length: size }, (_, i) => Math.sin(i + (low % 100))) },
        miss: { shape: [], data: Float32Array.of(low % 2 === 0 ? wobble : -wobble) },
      }),
      step: (state, _batch, key) => {
        const way = tf.sub(tf.add(state.miss!, target), state.w!);
        const w = tf.add(tf.add(state.w!, tf.mul(way, 0.5)), tf.mul(ops.randomNormal([size], key), noise));
        return { state: { ...state, w }, metrics: { way: tf.mean(tf.abs(way)) } };
      },
      decode: (state, z) => tf.add(z, tf.mean(state.w!)) as tf.Tensor2D,
    }),
  } satisfies Model<Settings>;
}

async function run(spec: RunSpec, model: Model<Settings>, { engine, seed, train }: RunContext): Promise<Measurement> {
  const built = model.build(spec.settings as unknown as Settings, engine.ops);
  const [low] = seed("noise");
  const pause = new Int32Array(new SharedArrayBuffer(4));
  const { finalState, curve } = await train({
    initialState: () => built.initialState(seed("init")),
    step: built.step,
    batch: () => {
      Atomics.wait(pause, 0, 0, Number(process.env.FIXTURE_STEP_MS ?? 0));
      return {};
    },
    key: (index) => [low | 0, index],
    updates: spec.updates,
    curveEvery: 20,
  });
  const { data } = finalState.w!;
  return { metrics: { height: data.reduce((sum, x) => sum + x, 0) / data.length }, curve, arrays: {} };
}

export function slotted(models: Readonly<Record<string, Model<Settings>>>): Suite {
  return {
    id: "slotted",
    title: "Suite slotted",
    version: Number(process.env.FIXTURE_SUITE_VERSION ?? 1),
    place: "nowhere",
    claims: [],
    readings: singleReading("only", "the only one"),
    readingAxes: [],
    protocol: () => [],
    regression: [
      {
        quantity: { metric: "height", label: "height", unit: "m", better: "higher", worst: 0 },
        margin: { value: 0.1, reason: "a test" },
      },
    ],
    metrics: [{ key: "height", unit: "m", meaning: "mean of the parameters" }],
    usesPapersData: () => false,
    ...(LITERAL && { literal: true as const }),
    plan(asked, _engineClass, { replicates = REPLICATES }) {
      const profile = LITERAL ? "paper" : asked;
      return {
        profile,
        budget: profile,
        scope: "It shows nothing but that the pipeline works.",
        runs: Array.from({ length: replicates }, (_, replicate) =>
          Object.entries(models).map(
            ([slot, { version }]): RunSpec => ({
              suite: "slotted",
              suiteVersion: Number(process.env.FIXTURE_SUITE_VERSION ?? 1),
              profile,
              budget: profile,
              model: slot,
              modelVersion: version,
              setting: "only",
              replicate,
              path: `slotted/${profile}/${slot}/only/replicate=${replicate}`,
              updates: 20,
              settings: { noise: Number(process.env.FIXTURE_NOISE ?? 0.01) },
              dataSha256: "none",
            }),
          ),
        ).flat(),
      };
    },
    run: (spec, context) => run(spec, models[spec.model]!, context),
    figures: () => [],
    slots: models,
    withModel: (slot, model) => slotted({ ...models, [slot]: model as unknown as Model<Settings> }),
  };
}

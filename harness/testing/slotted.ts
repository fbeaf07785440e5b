/** A suite of two slots whose runs take milliseconds: four parameters that walk to a target. For tests of compare. */
import * as tf from "@tensorflow/tfjs-core";
import { z } from "zod";
import type { Model } from "../contract/model.ts";
import type { RunContext, Suite } from "../contract/suite.ts";
import type { Measured, RunAsked } from "../contract/suite-definition.ts";
import { defineSuite } from "../plan/define-suite.ts";

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

type Models = Readonly<Record<string, Model<Settings>>>;

async function run(
  settings: Settings,
  { engine, seed, train }: RunContext,
  { spec, model }: RunAsked<Models>,
): Promise<Measured<"height">> {
  const built = model.build(settings, engine.ops);
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

export function slotted(models: Models): Suite {
  return defineSuite({
    file: import.meta.filename,
    id: "slotted",
    title: "Suite slotted",
    version: Number(process.env.FIXTURE_SUITE_VERSION ?? 1),
    place: "nowhere",
    settings: z.strictObject({ noise: z.number() }),
    arms: models,
    slots: Object.keys(models),
    metrics: [{ key: "height", unit: "m", meaning: "mean of the parameters" }],
    claims: [],
    reading: { id: "only", description: "the only one" },
    protocol: () => [],
    regression: [
      {
        quantity: { metric: "height", label: "height", unit: "m", better: "higher", worst: 0 },
        margin: { value: 0.1, reason: "a test" },
      },
    ],
    usesPapersData: () => false,
    ...(LITERAL && { literal: true as const }),
    plan: ({ replicates = REPLICATES }) => ({
      scope: "It shows nothing but that the pipeline works.",
      runs: Array.from({ length: replicates }, (_, replicate) =>
        Object.keys(models).map((arm) => ({
          arm,
          setting: "only",
          replicate,
          updates: 20,
          settings: { noise: Number(process.env.FIXTURE_NOISE ?? 0.01) },
        })),
      ).flat(),
    }),
    run,
    figures: () => [],
  });
}

/**
 * Tests one engine in a process of its own: `node --import tsx harness/engine/self-test.ts ENGINE` prints a
 * SelfTest as JSON. A crash in native code then hides nothing of the other engines.
 */
import { pathToFileURL } from "node:url";
import * as tf from "@tensorflow/tfjs-core";
import { EXIT, messageOf } from "../errors.ts";
import { ENGINES, type Engine, type EngineId } from "./engine.ts";
import { openEngine } from "./open.ts";
import { compositeOps } from "./ops.ts";
import { standardNormal } from "./stateless-normal.ts";

export interface Check {
  readonly name: string;
  /** Largest absolute difference from the expected values. */
  readonly difference: number;
  readonly allowed: number;
  readonly passed: boolean;
}
export interface SelfTest {
  readonly engine: EngineId;
  readonly class: string;
  readonly device: string;
  readonly versions: Readonly<Record<string, string>>;
  /** Operations that the engine does otherwise than by the composites. */
  readonly fusedOps: readonly string[];
  readonly checks: readonly Check[];
  /** Best time of [100, 400] · [400, 400]. */
  readonly matMulMs: number;
}

async function selfTest(id: EngineId): Promise<SelfTest> {
  const engine = await openEngine({ requested: id, provision: false });
  const { class: engineClass, device, versions, ops } = engine;
  const fusedOps = (Object.keys(ops) as (keyof typeof ops)[]).filter((name) => ops[name] !== compositeOps[name]);
  tf.engine().startScope();
  const checks = [...exactChecks(engine), normalCheck(engine)];
  tf.engine().endScope();
  return { engine: id, class: engineClass, device, versions, fusedOps, checks, matMulMs: timeMatMul(engine) };
}

function check(name: string, got: tf.Tensor, expected: ArrayLike<number>, allowed: number): Check {
  const values = got.dataSync();
  let difference = values.length === expected.length ? 0 : Number.POSITIVE_INFINITY;
  for (let i = 0; i < expected.length; i++) difference = Math.max(difference, Math.abs(values[i]! - expected[i]!));
  if (!Number.isFinite(difference)) difference = Number.MAX_VALUE; // JSON has no NaN and no infinity
  return { name, difference, allowed, passed: difference <= allowed };
}

/** Values and gradients whose exact answer is worked out by hand. */
function exactChecks({ ops }: Engine): Check[] {
  const x = tf.tensor2d([1, 2, 3, 4], [2, 2]);
  const w = tf.tensor2d([5, 6, 7, 8], [2, 2]);
  const [dX, dW] = tf.grads((x, w) => tf.sum(ops.matMul(x as tf.Tensor2D, w as tf.Tensor2D)))([x, w]);
  const bias = tf.tensor1d([10, 20]);
  const [, dBias] = tf.grads((x, b) => tf.sum(ops.addBias(x as tf.Tensor2D, b as tf.Tensor1D)))([x, bias]);
  // Two pieces of one unit, the second row a tie: both tied pieces get the gradient.
  const pieces = tf.tensor2d([1, 2, 3, 3], [2, 2]);
  const dPieces = tf.grad((x) => tf.sum(ops.maxout(x as tf.Tensor2D, 2)))(pieces);
  // One unit, batch (1, 3): mean 2, variance 1; with epsilon 3 the normalised values are -1/2 and 1/2.
  const unit = tf.tensor2d([1, 3], [2, 1]);
  const [scale, shift] = [tf.tensor1d([4]), tf.tensor1d([1])];
  const normalise = (x: tf.Tensor, scale: tf.Tensor, shift: tf.Tensor): tf.Tensor =>
    ops.batchNormRelu(x as tf.Tensor2D, scale as tf.Tensor1D, shift as tf.Tensor1D, 3).y;
  const [dUnit, dScale, dShift] = tf.grads((x, scale, shift) => tf.sum(normalise(x, scale, shift)))([
    unit,
    scale,
    shift,
  ]);
  return [
    check("matrix product", ops.matMul(x, w), [19, 22, 43, 50], 0),
    check("its gradients", tf.stack([dX!, dW!]), [11, 15, 11, 15, 4, 4, 6, 6], 0),
    check("bias", ops.addBias(x, bias), [11, 22, 13, 24], 0),
    check("its gradient", dBias!, [2, 2], 0),
    check("maxout with a tie", ops.maxout(pieces, 2), [2, 3], 0),
    check("its gradient", dPieces, [0, 1, 1, 1], 0),
    // 4 · (±1/2) + 1 = -1 and 3; after the ReLU 0 and 3.
    check("batch norm and ReLU", normalise(unit, scale, shift), [0, 3], 1e-6),
    // Only the second element passes the ReLU: dz = (0, 1); dx = 4/2 · (dz − 1/2 − n · 1/4), n = (-1/2, 1/2).
    check("its gradients", tf.concat([tf.reshape(dUnit!, [2]), dScale!, dShift!]), [-0.75, 0.75, 0.5, 1], 1e-6),
  ];
}

/** The engine's random numbers against our own implementation of the published algorithm. */
function normalCheck({ ops }: Engine): Check {
  const normals = ops.randomNormal([1001], tf.tensor1d([20260101, -7], "int32"));
  return check("stateless normals", normals, standardNormal(1001, [20260101, -7]), 2e-6);
}

function timeMatMul({ ops }: Engine): number {
  const x = tf.ones([100, 400]) as tf.Tensor2D;
  const w = tf.ones([400, 400]) as tf.Tensor2D;
  let best = Number.POSITIVE_INFINITY;
  for (let i = 0; i < 30; i++) {
    const start = performance.now();
    tf.dispose(ops.matMul(x, w));
    best = Math.min(best, performance.now() - start);
  }
  tf.dispose([x, w]);
  return best;
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const id = ENGINES.find((engine) => engine === process.argv[2]);
  if (!id) {
    console.error(`Usage: self-test.ts ${ENGINES.join("|")}`);
    process.exitCode = EXIT.wrongUse;
  } else {
    await selfTest(id).then(
      (result) => console.log(JSON.stringify(result)),
      (error: unknown) => {
        console.log(JSON.stringify({ engine: id, error: messageOf(error) }));
        process.exitCode = EXIT.cannotJudge;
      },
    );
  }
}

/** M1: a variational autoencoder of whitened images, whose latents are the features that M2 learns on. */
import * as tf from "@tensorflow/tfjs-core";
import type { BuiltModel } from "../../../harness/contract/model.ts";
import type { HostState } from "../../../harness/engine/host-state.ts";
import type { Ops } from "../../../harness/engine/ops.ts";
import type { Tensors } from "../../../harness/engine/step.ts";
import { type AdamSettings, adam } from "../../../harness/nn/adam.ts";
import { initialParameters, withMoments } from "../../../harness/nn/initialise.ts";
import { type Crossed, jointMlpParameters, runJointMlp } from "../../../harness/nn/joint-mlp.ts";
import { valueAndGradient } from "../../../harness/nn/losses.ts";
import { type Parameter, parametersOf } from "../../../harness/nn/mlp.ts";
import type { Whitening } from "../../../harness/statistics/pca.ts";
import { type Gaussian, sampled } from "../gaussian.ts";
import { type M1Networks, type M1Sizes, m1Networks } from "./networks.ts";
import { m1Bound } from "./objective.ts";

export const M1_ID = "vae-m1";

export interface M1Settings extends AdamSettings {
  readonly sizes: M1Sizes;
}

const MEAN = "pca/mean";
const PROJECTION = "pca/projection";

/** The one group of parameters. */
function m1Groups({ encoder, decoder }: M1Networks) {
  return { autoencoder: [...jointMlpParameters(encoder), ...jointMlpParameters(decoder)] };
}

/**
 * What M2 takes of M1's state: its encoder's parameters, and the whitening.
 * @throws RangeError when they are not these networks'.
 */
export function frozenM1({ encoder }: M1Networks, { components }: M1Sizes, m1: HostState): HostState {
  const pixels = m1[MEAN]?.shape[0] ?? 0;
  const needed = [
    ...jointMlpParameters(encoder),
    { name: MEAN, shape: [pixels] },
    { name: PROJECTION, shape: [pixels, components] },
  ];
  return Object.fromEntries(
    needed.map(({ name, shape }) => {
      const got = m1[name];
      if (got?.shape.join() !== shape.join())
        throw new RangeError(
          `M1's state has ${got ? `"${name}" [${got.shape}]` : `no "${name}"`}, M2 needs [${shape}]: build both with the same sizes.`,
        );
      return [name, got];
    }),
  );
}

/** q(z1 | x) of images x [n, height, width, channels]: each [1, 1, n, latent]. */
export function m1Posterior({ encoder }: M1Networks, state: Tensors, x: tf.Tensor4D, ops: Ops): Gaussian {
  return runJointMlp(encoder, state, { x: whitened(state, x, ops) }, ops);
}

/** Principal components of variance 1 [1, 1, n, components]. */
function whitened(state: Tensors, x: tf.Tensor4D, ops: Ops): Crossed {
  const flat = tf.reshape(x, [x.shape[0], -1]);
  const scores = ops.matMul(tf.sub(flat, state[MEAN]!), state[PROJECTION] as tf.Tensor2D);
  return tf.reshape(scores, [1, 1, ...scores.shape]);
}

/** SD of the initial weights: 1 / √inputs, but the encoder's log variance starts at 0. */
function initialSd({ name, shape }: Parameter): number {
  return name === "m1/encoder/logVariance/weights" ? 0 : 1 / Math.sqrt(shape[0]!);
}

/**
 * State: parameters and Adam's moments, `updates`, and `pca/mean`, `pca/projection`, which stay as they are. A batch is `x`
 * [n, height, width, channels].
 * @throws RangeError when the whitening has another number of components.
 */
export function buildM1(settings: M1Settings, ops: Ops, whitening: Whitening): BuiltModel<tf.Tensor4D> {
  const { sizes, ...optimizer } = settings;
  const networks = m1Networks(sizes);
  const groups = m1Groups(networks);
  const pca = frozenWhitening(whitening, sizes);
  return {
    groups,
    initialState: (key) => ({
      ...withMoments(initialParameters(groups.autoencoder, initialSd, key)),
      ...pca,
      updates: { shape: [], data: new Float32Array(1) },
    }),
    step(state, batch, key) {
      const x = whitened(state, batch.x as tf.Tensor4D, ops);
      const epsilon = ops.randomNormal([1, 1, x.shape[2], sizes.latent], key) as Crossed;
      const { value, gradient } = valueAndGradient(
        () => {
          const q = sampled(runJointMlp(networks.encoder, state, { x }, ops), epsilon);
          const p = runJointMlp(networks.decoder, state, { z1: q.sample }, ops);
          return tf.neg(tf.mean(m1Bound(x, q, p)));
        },
        parametersOf(state, groups.autoencoder),
      );
      const updates = tf.add(state.updates!, 1);
      return {
        state: { ...state, ...adam(ops, state, gradient, updates, optimizer), updates },
        metrics: { autoencoderLoss: value },
      };
    },
    posterior(state, x) {
      const { mu, logVariance } = m1Posterior(networks, state, x, ops);
      const flat = (of: Crossed): tf.Tensor2D => tf.reshape(of, [x.shape[0], sizes.latent]);
      return { mean: flat(mu), sd: tf.exp(tf.div(flat(logVariance), 2)) };
    },
  };
}

function frozenWhitening({ mean, projection }: Whitening, { components }: M1Sizes): HostState {
  if (projection.length !== mean.length * components)
    throw new RangeError(
      `M1 is built on ${components} principal components, the whitening has ${projection.length / mean.length}.`,
    );
  return {
    [MEAN]: { shape: [mean.length], data: mean },
    [PROJECTION]: { shape: [mean.length, components], data: projection },
  };
}

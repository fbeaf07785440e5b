/** M1+M2: a semi-supervised generative model of the features that a trained M1 gives. */
import * as tf from "@tensorflow/tfjs-core";
import type { Ops } from "../../../harness/engine/ops.ts";
import type { Key, Tensors } from "../../../harness/engine/step.ts";
import type { AdamSettings } from "../../../harness/nn/adam.ts";
import { initialParameters, withKept } from "../../../harness/nn/initialise.ts";
import type { Crossed } from "../../../harness/nn/joint-mlp.ts";
import { keyFor } from "../../../harness/nn/keys.ts";
import type { Parameter } from "../../../harness/nn/mlp.ts";
import { sampled } from "../gaussian.ts";
import type { DependentClassifier } from "../semi-supervised.ts";
import { withWeightPrior } from "../weight-prior.ts";
import { classify, type M2Inputs, m2Gradients, m2Groups } from "./gradients.ts";
import { frozenM1, M1_ID, m1Posterior } from "./m1.ts";
import { type M1Networks, type M1Sizes, type M2Sizes, m1Networks, m2Networks } from "./networks.ts";

export interface M2Settings extends AdamSettings {
  /** M1's: the trained one must have these. */
  readonly m1: M1Sizes;
  readonly sizes: M2Sizes;
  /** Weight of classification; times cases / labels, that of a labelled case's. */
  readonly alpha: number;
  /** Training cases, labelled and not, and those that have labels. A batch has labelled ones in the same share. */
  readonly cases: number;
  readonly labels: number;
  /** Standard deviation of the initial weights. */
  readonly initialSd: number;
}

/** What the random numbers of a step are for: each purpose has a key of its own. */
const PURPOSE = { labelledFeatures: 0, unlabelledFeatures: 1, labelledLatents: 2, unlabelledLatents: 3 } as const;

/**
 * State: M2's parameters and Adam's moments, `updates`, and of M1's state what gives features, which stays as it is. Batches:
 * see semi-supervised.ts.
 */
export const vaeM1M2: DependentClassifier<M2Settings> = {
  id: "vae-m1-m2",
  version: 1,
  needs: M1_ID,
  buildOn(settings, ops, m1) {
    const { alpha, cases, labels, sizes } = settings;
    const m1Tables = m1Networks(settings.m1);
    const networks = m2Networks(settings.m1.latent, sizes);
    const groups = m2Groups(networks);
    const frozen = frozenM1(m1Tables, settings.m1, m1);
    return {
      groups,
      initialState: (key) => ({
        ...withKept(initialParameters(groups.classifier, initialSd(settings.initialSd), key)),
        ...frozen,
        updates: { shape: [], data: new Float32Array(1) },
      }),
      step(state, batch, key) {
        const inputs = drawInputs(m1Tables, sizes, state, batch, key, ops);
        const { losses, gradients, aux } = m2Gradients(networks, (alpha * cases) / labels, ops, state, inputs);
        const whole = withWeightPrior(gradients.classifier, state, groups.classifier, cases);
        const updates = tf.add(state.updates!, 1);
        const { labelled, crossEntropy, unlabelled } = aux;
        const [some, others] = [inputs.labelled.z1.shape[2], inputs.unlabelled.z1.shape[2]];
        return {
          state: { ...state, ...uncorrectedAdam(ops, state, whole, settings), updates },
          metrics: {
            classifierLoss: losses.classifier,
            labelledBound: tf.div(labelled, some),
            crossEntropy: tf.div(crossEntropy, some),
            unlabelledBound: tf.div(unlabelled, others),
          },
        };
      },
      logits(state, x) {
        const z1 = m1Posterior(m1Tables, state, x, ops).mu;
        return tf.reshape(classify(networks, state, z1, ops), [x.shape[0], sizes.classes]);
      },
    };
  },
};

/** Samples of q(z1 | x), anew in every update, and noise for z2. */
function drawInputs(
  m1: M1Networks,
  { latent, classes }: M2Sizes,
  state: Tensors,
  { x, y, u }: Tensors,
  key: Key,
  ops: Ops,
): M2Inputs {
  const normal = (shape: readonly number[], purpose: number) =>
    ops.randomNormal(shape, keyFor(ops, key, purpose)) as Crossed;
  const features = (images: tf.Tensor, purpose: number): Crossed => {
    const q = m1Posterior(m1, state, images as tf.Tensor4D, ops);
    return sampled(q, normal(q.mu.shape, purpose)).sample;
  };
  return {
    labelled: {
      z1: features(x!, PURPOSE.labelledFeatures),
      y: y as tf.Tensor2D,
      epsilon: normal([1, 1, x!.shape[0]!, latent], PURPOSE.labelledLatents),
    },
    unlabelled: {
      z1: features(u!, PURPOSE.unlabelledFeatures),
      epsilon: normal([classes, 1, u!.shape[0]!, latent], PURPOSE.unlabelledLatents),
    },
  };
}

/** The encoder's log variance starts at 0. */
const initialSd =
  (sd: number) =>
  ({ name }: Parameter): number =>
    name === "encoder/logVariance/weights" ? 0 : sd;

/** Adam as the authors' script has it: without bias correction. */
function uncorrectedAdam(ops: Ops, state: Tensors, gradients: Tensors, settings: AdamSettings): Tensors {
  const { learningRate, beta1, beta2, epsilon } = settings;
  const updated = Object.entries(gradients).map(([name, gradient]): Tensors => {
    const before = { parameters: state[name]!, m: state[`${name}/m`]!, v: state[`${name}/v`]! };
    const { parameters, m, v } = ops.adam(before, gradient, tf.scalar(learningRate), { beta1, beta2, epsilon });
    return { [name]: parameters, [`${name}/m`]: m, [`${name}/v`]: v };
  });
  return Object.assign({}, ...updated);
}

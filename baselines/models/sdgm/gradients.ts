/** The loss and its gradient. */
import * as tf from "@tensorflow/tfjs-core";
import type { Ops } from "../../../harness/engine/ops.ts";
import type { Tensors } from "../../../harness/engine/step.ts";
import { type Crossed, type JointMlpTable, jointMlpParameters, runJointMlp } from "../../../harness/nn/joint-mlp.ts";
import { oneLoss } from "../../../harness/nn/losses.ts";
import { type BatchStatistics, byBatch, parametersOf } from "../../../harness/nn/mlp.ts";
import { flatStatistics } from "../../../harness/nn/running-averages.ts";
import { copies } from "../copies.ts";
import { sampled } from "../gaussian.ts";
import { everyClass } from "../marginal-bound.ts";
import type { SdgmNetworks } from "./networks.ts";
import { bound, boundedBelow, type Expectations, loss, terms } from "./objective.ts";

/** Scaled images x [1, 1, cases, pixels], and noise of a [1, samples, cases, width] and z [classes or 1, samples, cases, width]. */
export interface SdgmCases {
  readonly x: Crossed;
  readonly auxiliary: Crossed;
  readonly latent: Crossed;
}
export interface SdgmPass {
  readonly networks: SdgmNetworks;
  readonly ops: Ops;
  readonly batchNormEpsilon: number;
  readonly lowestLogVariance: number;
  readonly expectations: Expectations;
  /** Weight of the labelled cases' cross entropy. */
  readonly beta: number;
}

/** The one group of parameters. */
export function sdgmGroups({ auxiliary, classifier, encoder, auxiliaryDecoder, decoder }: SdgmNetworks) {
  const tables: readonly JointMlpTable[] = [auxiliary, classifier, encoder, auxiliaryDecoder, decoder];
  return { classifier: tables.flatMap(jointMlpParameters) };
}

/**
 * Loss, its terms and gradient of one forward pass, without the prior of the weights. Labelled and unlabelled cases are
 * batches of their own to batch norm; `statistics` are those of q(a | x) and q(y | a, x) in the unlabelled pass.
 */
export function sdgmGradients(
  pass: SdgmPass,
  state: Tensors,
  labelled: SdgmCases & { readonly y: tf.Tensor2D },
  unlabelled: SdgmCases,
) {
  const classes = labelled.y.shape[1];
  return oneLoss("classifier", parametersOf(state, sdgmGroups(pass.networks).classifier), () => {
    const layers: BatchStatistics[] = [];
    const given = tf.reshape(labelled.y, [1, 1, ...labelled.y.shape]) as Crossed;
    const [some, others] = [
      forward(pass, state, labelled, given, () => {}),
      forward(pass, state, unlabelled, everyClass(classes), (s) => layers.push(s)),
    ];
    const found = terms(
      { bound: some.bound, logits: some.logits, y: given },
      { bounds: others.bound, logits: others.logits },
      pass.expectations,
      labelled.x.shape[3],
    );
    return { loss: loss(found, pass.beta), aux: { ...found, statistics: flatStatistics(layers) } };
  });
}

/** L of every class in y [classes or 1, 1, cases or 1, classes], and the logits of q(y | a, x) [1, samples, cases, classes]. */
function forward(
  { networks, ops, batchNormEpsilon, lowestLogVariance }: SdgmPass,
  state: Tensors,
  { x, auxiliary, latent }: SdgmCases,
  y: Crossed,
  observe: (statistics: BatchStatistics) => void,
) {
  const observed = byBatch(ops, batchNormEpsilon, observe);
  const unobserved = byBatch(ops, batchNormEpsilon);
  const qa = sampled(runJointMlp(networks.auxiliary, state, { x }, ops, observed), auxiliary);
  const [a, toClass, toLatent, toImage] = copies(qa.sample, 4) as [Crossed, Crossed, Crossed, Crossed];
  const { logits } = runJointMlp(networks.classifier, state, { a: toClass, x }, ops, observed);
  const qz = sampled(runJointMlp(networks.encoder, state, { a: toLatent, x, y }, ops, unobserved), latent);
  const [z, toAuxiliary, alsoToImage] = copies(qz.sample, 3) as [Crossed, Crossed, Crossed];
  const pa = runJointMlp(networks.auxiliaryDecoder, state, { z: toAuxiliary, y }, ops, unobserved);
  const heads = runJointMlp(networks.decoder, state, { a: toImage, z: alsoToImage, y }, ops, unobserved);
  const px = boundedBelow(heads, lowestLogVariance);
  return { logits, bound: bound({ x, z, a, qa, qz, pa, px }) };
}

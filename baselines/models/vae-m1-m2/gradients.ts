/** M2's loss and gradient. */
import * as tf from "@tensorflow/tfjs-core";
import type { Ops } from "../../../harness/engine/ops.ts";
import type { Tensors } from "../../../harness/engine/step.ts";
import { type Crossed, jointMlpParameters, runJointMlp } from "../../../harness/nn/joint-mlp.ts";
import { oneLoss } from "../../../harness/nn/losses.ts";
import { parametersOf } from "../../../harness/nn/mlp.ts";
import { sampled } from "../gaussian.ts";
import { everyClass } from "../marginal-bound.ts";
import type { M2Networks } from "./networks.ts";
import { m2Bound, m2Loss, m2Terms } from "./objective.ts";

/** z1 [1, 1, cases, features] of the labelled and the unlabelled cases, and noise for z2. */
export interface M2Inputs {
  readonly labelled: { readonly z1: Crossed; readonly y: tf.Tensor2D; readonly epsilon: Crossed };
  /** epsilon [classes, 1, cases, latent] */
  readonly unlabelled: { readonly z1: Crossed; readonly epsilon: Crossed };
}

/** The one group of parameters. */
export function m2Groups({ classifier, encoder, decoder }: M2Networks) {
  return { classifier: [classifier, encoder, decoder].flatMap((table) => jointMlpParameters(table)) };
}

/** log q(y | z1) but for a constant: z1 [1, 1, cases, features] → [1, 1, cases, classes]. */
export function classify({ classifier }: M2Networks, state: Tensors, z1: Crossed, ops: Ops): Crossed {
  return runJointMlp(classifier, state, { z1 }, ops).logits;
}

/** Loss, its terms and gradient of one forward pass, without the prior of the weights. Call inside tf.tidy. */
export function m2Gradients(
  networks: M2Networks,
  beta: number,
  ops: Ops,
  state: Tensors,
  { labelled, unlabelled }: M2Inputs,
) {
  const classes = labelled.y.shape[1];
  const batch = labelled.z1.shape[2] + unlabelled.z1.shape[2];
  const bound = (z1: Crossed, y: Crossed, epsilon: Crossed): tf.Tensor3D => {
    const q = sampled(runJointMlp(networks.encoder, state, { z1, y }, ops), epsilon);
    const p = runJointMlp(networks.decoder, state, { y, z2: q.sample }, ops);
    return m2Bound(z1, q, p);
  };
  return oneLoss("classifier", parametersOf(state, m2Groups(networks).classifier), () => {
    const given = tf.reshape(labelled.y, [1, 1, ...labelled.y.shape]) as Crossed;
    const terms = m2Terms(
      {
        bound: bound(labelled.z1, given, labelled.epsilon),
        logits: classify(networks, state, labelled.z1, ops),
        y: given,
      },
      {
        bounds: bound(unlabelled.z1, everyClass(classes), unlabelled.epsilon),
        logits: classify(networks, state, unlabelled.z1, ops),
      },
      { z1: labelled.z1.shape[3], z2: labelled.epsilon.shape[3] },
    );
    return { loss: m2Loss(terms, beta, batch), aux: { ...terms } };
  });
}

/** Networks of the skip deep generative model. Heads are linear; a row of several inputs adds up a linear map of each. */
import type { JointMlpTable } from "../../../harness/nn/joint-mlp.ts";

export interface SdgmSizes {
  readonly images: readonly [height: number, width: number, channels: number];
  readonly hidden: number;
  /** Width of a, the auxiliary variable. */
  readonly auxiliary: number;
  /** Width of z. */
  readonly latent: number;
  readonly classes: number;
}
type Heads = "mu" | "logVariance";

export interface SdgmNetworks {
  /** q(a | x) */
  readonly auxiliary: JointMlpTable<"x", Heads>;
  /** q(y | a, x) */
  readonly classifier: JointMlpTable<"a" | "x", "logits">;
  /** q(z | a, x, y) */
  readonly encoder: JointMlpTable<"a" | "x" | "y", Heads>;
  /** p(a | z, y) */
  readonly auxiliaryDecoder: JointMlpTable<"z" | "y", Heads>;
  /** p(x | a, z, y): the skip is a, which is no input of it in the model without. */
  readonly decoder: JointMlpTable<"a" | "z" | "y", Heads>;
}

/** Those of the published script for MNIST, on images of SVHN: none for SVHN is published. */
export const SDGM_SVHN: SdgmSizes = { images: [32, 32, 3], hidden: 500, auxiliary: 100, latent: 100, classes: 10 };

// biome-ignore format: one line is one row of the network
export function sdgmNetworks({ images, hidden, auxiliary, latent, classes }: SdgmSizes): SdgmNetworks {
  const pixels = images[0] * images[1] * images[2];
  return {
    auxiliary: { name: "auxiliary", inputs: { x: pixels }, rows: [
      // units   batch norm  nonlinearity  pieces
      [  hidden, true,       "relu",       1],
      [  hidden, true,       "relu",       1],
    ], heads: { mu: auxiliary, logVariance: auxiliary } },
    classifier: { name: "classifier", inputs: { a: auxiliary, x: pixels }, rows: [
      [  hidden, true,       "relu",       1],
      [  hidden, true,       "relu",       1],
    ], heads: { logits: classes } },
    encoder: { name: "encoder", inputs: { a: auxiliary, x: pixels, y: classes }, rows: [
      [  hidden, true,       "relu",       1],
      [  hidden, true,       "relu",       1],
    ], heads: { mu: latent, logVariance: latent } },
    auxiliaryDecoder: { name: "auxiliary-decoder", inputs: { z: latent, y: classes }, rows: [
      [  hidden, true,       "relu",       1],
      [  hidden, true,       "relu",       1],
    ], heads: { mu: auxiliary, logVariance: auxiliary } },
    decoder: { name: "decoder", inputs: { a: auxiliary, z: latent, y: classes }, rows: [
      [  hidden, true,       "relu",       1],
      [  hidden, true,       "relu",       1],
    ], heads: { mu: pixels, logVariance: pixels } },
  };
}

/** Networks of M1 and M2. Heads are linear; a row of several inputs adds up a linear map of each. */
import type { JointMlpTable } from "../../../harness/nn/joint-mlp.ts";

export interface M1Sizes {
  /** Principal components that stand for an image. */
  readonly components: number;
  readonly hidden: number;
  /** Width of z1, M1's features. */
  readonly latent: number;
}
export interface M2Sizes {
  readonly hidden: number;
  /** Width of z2. */
  readonly latent: number;
  readonly classes: number;
}
type Heads = "mu" | "logVariance";

export interface M1Networks {
  /** q(z1 | x) */
  readonly encoder: JointMlpTable<"x", Heads>;
  /** p(x | z1) */
  readonly decoder: JointMlpTable<"z1", Heads>;
}
export interface M2Networks {
  /** q(y | z1) */
  readonly classifier: JointMlpTable<"z1", "logits">;
  /** q(z2 | z1, y) */
  readonly encoder: JointMlpTable<"z1" | "y", Heads>;
  /** p(z1 | y, z2) */
  readonly decoder: JointMlpTable<"y" | "z2", Heads>;
}

/** As the script for SVHN has them. */
export const M1_SVHN: M1Sizes = { components: 600, hidden: 500, latent: 300 };
/** Those of the script for MNIST: no published code trains M2 on SVHN. */
export const M2_SVHN: M2Sizes = { hidden: 500, latent: 50, classes: 10 };

// biome-ignore format: one line is one row of the network
export function m1Networks({ components, hidden, latent }: M1Sizes): M1Networks {
  return {
    encoder: { name: "m1/encoder", inputs: { x: components }, rows: [
      // units   batch norm  nonlinearity  pieces
      [  hidden, false,      "softplus",   1],
      [  hidden, false,      "softplus",   1],
    ], heads: { mu: latent, logVariance: latent } },
    decoder: { name: "m1/decoder", inputs: { z1: latent }, rows: [
      [  hidden, false,      "softplus",   1],
      [  hidden, false,      "softplus",   1],
    ], heads: { mu: components, logVariance: components } },
  };
}

// biome-ignore format: one line is one row of the network
export function m2Networks(features: number, { hidden, latent, classes }: M2Sizes): M2Networks {
  return {
    classifier: { name: "classifier", inputs: { z1: features }, rows: [
      // units   batch norm  nonlinearity  pieces
      [  hidden, false,      "softplus",   1],
    ], heads: { logits: classes } },
    encoder: { name: "encoder", inputs: { z1: features, y: classes }, rows: [
      [  hidden, false,      "softplus",   1],
    ], heads: { mu: latent, logVariance: latent } },
    decoder: { name: "decoder", inputs: { y: classes, z2: latent }, rows: [
      [  hidden, false,      "softplus",   1],
    ], heads: { mu: features, logVariance: features } },
  };
}

import type { ConvolutionalTable } from "../../../../harness/nn/convolutional.ts";

/** The networks of ALI on images, as the tables of the paper's appendix print them. */
export interface ImageNetworks {
  /** Gz(x): x → (μ, log σ) */
  readonly encoder: ConvolutionalTable;
  /** Gx(z): z → x̃ */
  readonly decoder: ConvolutionalTable;
  /** D(x): x → features */
  readonly imageFeatures: ConvolutionalTable;
  /** D(z): z → features */
  readonly latentFeatures: ConvolutionalTable;
  /** D(x, z): both features, concatenated → logit */
  readonly joint: ConvolutionalTable;
}

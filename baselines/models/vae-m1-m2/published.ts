/** The authors' settings; M2's are those of their script for MNIST, on the cases that the one for SVHN keeps. */
import type { M1Settings } from "./m1.ts";
import type { M2Settings } from "./model.ts";
import { M1_SVHN, M2_SVHN } from "./networks.ts";

const ADAM = { learningRate: 3e-4, beta1: 0.9, beta2: 0.999 };

export const M1_PUBLISHED: M1Settings = { ...ADAM, epsilon: 1e-10, sizes: M1_SVHN };
export const M2_PUBLISHED: M2Settings = {
  ...ADAM,
  epsilon: 1e-8,
  m1: M1_SVHN,
  sizes: M2_SVHN,
  alpha: 0.1,
  cases: 68_000,
  labels: 1000,
  initialSd: 1e-3,
};

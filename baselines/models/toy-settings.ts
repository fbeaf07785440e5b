/** Settings that every model of the toy experiment shares. */
import type { NETWORKS } from "./ali/networks.ts";

export interface ToySettings {
  /** Which table of networks: "paper", or a narrower one of ours. */
  readonly network: keyof typeof NETWORKS;
  readonly batchSize: number;
  readonly learningRate: number;
  readonly beta1: number;
  /** Standard deviation of the initial weights. */
  readonly initialSd: number;
}

/** Not varied by the paper: Adam's β2 and ε, and batch norm's ε (the authors' code). */
export const BETA2 = 0.999;
export const ADAM_EPSILON = 1e-8;
export const BATCH_NORM_EPSILON = 1e-4;
/** Width of z and of x. */
export const LATENT = 2;

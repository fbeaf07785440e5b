/** What a trained encoder and decoder are measured by. */
import * as tf from "@tensorflow/tfjs-core";
import { LATENT } from "../../baselines/models/toy-settings.ts";
import { latentHoles, latentPurity } from "../../datasets/latent-cover.ts";
import type { Mixture } from "../../datasets/mixture.ts";
import { coverage, nearestComponents } from "../../datasets/mixture-coverage.ts";
import { reconstructedModes, reconstructionError } from "../../datasets/reconstruction.ts";
import type { BuiltModel } from "../../harness/contract/model.ts";
import type { Tensors } from "../../harness/engine/step.ts";
import type { Words2 } from "../../harness/random/philox.ts";
import { energyTest } from "../../harness/statistics/energy-distance.ts";
import { normalDraws, values } from "../toy-modes/samples.ts";
import type { MetricKey } from "./metrics.ts";

/** A model that infers and generates. */
export type Coder = Required<Pick<BuiltModel, "encode" | "decode">>;

/** Throws TypeError for a model that cannot do both. */
export function coderOf(slot: string, { encode, decode }: BuiltModel): Coder {
  if (encode && decode) return { encode, decode };
  throw new TypeError(
    `The model in slot "${slot}" has no ${encode ? "decoder" : "encoder"}; put one there that has both.`,
  );
}

export interface Codes {
  /** One draw of q(z | x) for each example, [n, 2]. */
  readonly codes: Float32Array;
  /** The codes decoded, [n, 2]. */
  readonly reconstructions: Float32Array;
}

/** Encodes examples [n, 2] with the encoder's noise from `key`, and decodes their codes. */
export function codesOf({ encode, decode }: Coder, state: Tensors, examples: Float32Array, key: Words2): Codes {
  const count = examples.length / LATENT;
  const codes = values(() => encode(state, tf.tensor2d(examples, [count, LATENT]), normalDraws(count, key)));
  const reconstructions = values(() => decode(state, tf.tensor2d(codes, [count, LATENT])));
  return { codes, reconstructions };
}

/** Decodes `count` draws of the prior from `key`, [count, 2]. */
export function samplesOf({ decode }: Coder, state: Tensors, count: number, key: Words2): Float32Array {
  return values(() => decode(state, normalDraws(count, key)));
}

const PURITY = { neighbours: 10, first: 2_000 } as const;

export interface Measured extends Codes {
  /** Held-out examples, [10000, 2], row by row those of the codes. */
  readonly heldOut: Float32Array;
  /** Generated samples, [10000, 2]. */
  readonly samples: Float32Array;
}

/** Every metric of a run; NaN where codes or samples are not finite. */
export function metricsOf(
  { heldOut, codes, reconstructions, samples }: Measured,
  mixture: Mixture,
): Record<MetricKey, number> {
  const { energy, p, null95 } = energyTest(codes);
  const { kept, touched } = reconstructedModes(heldOut, reconstructions, mixture);
  const covered = coverage(samples, mixture);
  return {
    latentEnergy: energy,
    latentEnergyP: p,
    latentEnergyNull95: null95,
    latentHoles: latentHoles(codes),
    latentPurity: latentPurity(codes, nearestComponents(heldOut, mixture), PURITY),
    reconstructionError: reconstructionError(heldOut, reconstructions),
    reconstructedModes: kept,
    touchedModes: touched,
    smear: 1 - covered.share3sd,
    ...covered,
  };
}

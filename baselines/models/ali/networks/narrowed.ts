import { type ConvolutionalRow, type ConvolutionalTable, mapSizes } from "../../../../harness/nn/convolutional.ts";
import type { ImageNetworks } from "./image-networks.ts";

/**
 * The networks with the features of every hidden layer times `factor` (rounded, at least 1), for reduced budgets and tests;
 * images, rows and kernels stay. z has `latent` dimensions. A factor of 1 and the latent size as printed give the tables
 * themselves. @throws RangeError unless 0 < factor ≤ 1 and `latent` is a whole number from 1.
 */
export function narrowed(networks: ImageNetworks, factor: number, latent: number): ImageNetworks {
  if (!(factor > 0 && factor <= 1)) throw new RangeError(`a width factor of ${factor}: it is above 0 and at most 1`);
  if (!Number.isInteger(latent) || latent < 1) throw new RangeError(`${latent} latent dimensions: they are at least 1`);
  const { encoder, decoder, imageFeatures, latentFeatures, joint } = networks;
  const code = [1, 1, latent] as const;
  const ofX = { ...imageFeatures, rows: narrowedRows(imageFeatures.rows, factor) };
  const ofZ = { ...latentFeatures, input: code, rows: narrowedRows(latentFeatures.rows, factor) };
  return {
    encoder: withOutputs(encoder, factor, 2 * latent),
    decoder: withOutputs({ ...decoder, input: code }, factor, decoder.rows.at(-1)![3]),
    imageFeatures: ofX,
    latentFeatures: ofZ,
    joint: withOutputs({ ...joint, input: [1, 1, channels(ofX) + channels(ofZ)] }, factor, 1),
  };
}

/** The networks with every dropout rate times `factor`. @throws RangeError unless 0 ≤ factor ≤ 1. */
export function withDropout(networks: ImageNetworks, factor: number): ImageNetworks {
  if (!(factor >= 0 && factor <= 1)) throw new RangeError(`a dropout factor of ${factor}: it is from 0 to 1`);
  const scaled = (table: ConvolutionalTable): ConvolutionalTable => ({
    ...table,
    rows: table.rows.map(([op, kernel, stride, features, batchNorm, rate, nonlinearity, before = 0]) =>
      before > 0
        ? [op, kernel, stride, features, batchNorm, rate * factor, nonlinearity, before * factor]
        : [op, kernel, stride, features, batchNorm, rate * factor, nonlinearity],
    ),
  });
  const { encoder, decoder, imageFeatures, latentFeatures, joint } = networks;
  return {
    encoder: scaled(encoder),
    decoder: scaled(decoder),
    imageFeatures: scaled(imageFeatures),
    latentFeatures: scaled(latentFeatures),
    joint: scaled(joint),
  };
}

/** Every row narrowed. */
export const narrowedRows = (rows: readonly ConvolutionalRow[], factor: number): ConvolutionalRow[] =>
  rows.map((row) => withFeatures(row, narrowedWidth(row[3], factor)));

/** Every row narrowed but the last one, which has so many outputs. */
export function withOutputs(table: ConvolutionalTable, factor: number, outputs: number): ConvolutionalTable {
  const rows = [...narrowedRows(table.rows.slice(0, -1), factor), withFeatures(table.rows.at(-1)!, outputs)];
  return { ...table, rows };
}

/** So many features, or units, times a factor. */
export const narrowedWidth = (features: number, factor: number): number => Math.max(1, Math.round(features * factor));

/** Maps of a network's output. */
export const channels = (table: ConvolutionalTable): number => mapSizes(table).at(-1)![2];

const withFeatures = ([op, kernel, stride, , ...rest]: ConvolutionalRow, features: number): ConvolutionalRow => [
  op,
  kernel,
  stride,
  features,
  ...rest,
];

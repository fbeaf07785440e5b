/** Fréchet distances of sets of images to real ones, in a feature space, with what no difference and noise look like. */
import type { ImageReader } from "../../../datasets/image-data.ts";
import { randomWords } from "../../../harness/engine/stateless-bits.ts";
import { Stream } from "../../../harness/random/seeds.ts";
import { FeatureMoments, frechetDistance, type Gaussian } from "../../../harness/statistics/frechet.ts";
import type { FeatureSpace } from "./feature-space.ts";
import { type ImageShape, imageSize } from "./pixels.ts";

/** Images block by block, each [n, height, width, channels] in grey levels. */
export type ImageBlocks = AsyncIterable<Uint8Array> | Iterable<Uint8Array>;
export type Space = Pick<FeatureSpace, "dimension" | "features">;

/** Images in a block: a multiple of those that go through the network at once. */
const BLOCK = 1000;

/** Images of these rows. */
export async function* rowBlocks(reader: ImageReader, rows: Int32Array): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < rows.length; at += BLOCK) yield reader.read(rows.subarray(at, at + BLOCK));
}

/** Images whose values are independent and uniform from 0 to 255, always the same ones. */
export function* noiseBlocks(count: number, shape: ImageShape): Generator<Uint8Array> {
  for (let at = 0; at < count; at += BLOCK) {
    const bytes = Math.min(BLOCK, count - at) * imageSize(shape);
    yield new Uint8Array(randomWords(Math.ceil(bytes / 4), [0x6e6f6973, at]).buffer, 0, bytes); // "nois" in ASCII
  }
}

/** Real images as distances are taken to them. */
export interface Reference {
  readonly gaussian: Gaussian;
  readonly images: number;
  /**
   * Distance of two halves of them: what sets without a difference are apart at half the number. The expectation of such a
   * distance falls as one over the number of images, so that of two whole sets is about half of it. Of each two images in
   * their order a coin, always the same, tells which half has which: the order may have a period (class by class).
   */
  readonly floor: number;
  /** Distance of uniform noise to them, of as many images as they are, at most 2,000. */
  readonly ceiling: number;
}
const NOISE_IMAGES = 2000;
/** "halves" in ASCII. */
const COINS = [0x68616c76, 0x65730000] as const;

/** @throws RangeError with fewer than four real images. */
export async function frechetReference(space: Space, real: ImageBlocks, shape: ImageShape): Promise<Reference> {
  const { dimension } = space;
  const halves = [new FeatureMoments(dimension), new FeatureMoments(dimension)] as const;
  const coins = new Stream(COINS);
  let [seen, coin] = [0, 0];
  for await (const block of real) {
    const features = space.features(block);
    const half = Uint8Array.from({ length: features.length / dimension }, () => {
      if (seen % 2 === 0) coin = coins.word() & 1;
      return (seen++ % 2) ^ coin;
    });
    for (const which of [0, 1] as const) halves[which].add(rowsOf(features, dimension, (row) => half[row] === which));
  }
  if (seen < 4) throw new RangeError(`a Fréchet distance to ${seen} real images; it takes four or more`);
  const [one, two] = halves.map((half) => half.gaussian()) as [Gaussian, Gaussian];
  const whole = new FeatureMoments(dimension);
  for (const half of halves) whole.merge(half);
  const gaussian = whole.gaussian();
  const noise = await fitted(space, noiseBlocks(Math.min(seen, NOISE_IMAGES), shape));
  return {
    gaussian,
    images: seen,
    floor: frechetDistance(one, two),
    ceiling: frechetDistance(noise.gaussian, gaussian),
  };
}

/** Some rows of features [n, dimension]. */
function rowsOf(features: Float32Array, dimension: number, wanted: (row: number) => boolean): Float32Array {
  return features.filter((_, at) => wanted(Math.floor(at / dimension)));
}

export interface ImageDistance {
  /** Squared Fréchet distance, in the squared unit of the features. */
  readonly distance: number;
  /** How many images were set beside the real ones. Fewer of them make a larger distance of the same model. */
  readonly images: number;
}

/**
 * Distance of images to the real ones. It is no FID: it compares within its feature space alone, and for like numbers of
 * images. @throws RangeError with fewer than two images.
 */
export async function distanceTo(space: Space, reference: Reference, images: ImageBlocks): Promise<ImageDistance> {
  const { gaussian, count } = await fitted(space, images);
  return { distance: frechetDistance(gaussian, reference.gaussian), images: count };
}

async function fitted(
  space: Space,
  images: ImageBlocks,
): Promise<{ readonly gaussian: Gaussian; readonly count: number }> {
  const moments = new FeatureMoments(space.dimension);
  for await (const block of images) moments.add(space.features(block));
  return { gaussian: moments.gaussian(), count: moments.count };
}

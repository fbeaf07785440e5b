/** Mean and standard deviation of each channel of a set of images. */
import type { ImageReader } from "../../../datasets/image-data.ts";
import { type ImageShape, rowsBetween } from "../images/pixels.ts";

/** Images that are read at once. */
const BLOCK = 1_000;

export interface ChannelStatistics {
  /** Of values in [0, 1], a number a channel; the deviation is the images' own, with ddof 0. */
  readonly mean: readonly number[];
  readonly sd: readonly number[];
}

/** Of all images of a reader, from whole sums of bytes: the same wherever it is computed. */
export function channelStatistics(reader: ImageReader, [, , channels]: ImageShape): ChannelStatistics {
  const [sums, squares] = [new Float64Array(channels), new Float64Array(channels)];
  let values = 0;
  for (let from = 0; from < reader.count; from += BLOCK) {
    const bytes = reader.readSync(rowsBetween(from, Math.min(from + BLOCK, reader.count)));
    for (let i = 0; i < bytes.length; i++) {
      sums[i % channels]! += bytes[i]!;
      squares[i % channels]! += bytes[i]! ** 2;
    }
    values += bytes.length / channels;
  }
  const mean = Array.from(sums, (sum) => sum / values);
  return {
    mean: mean.map((of) => of / 255),
    sd: mean.map((of, channel) => Math.sqrt(squares[channel]! / values - of ** 2) / 255),
  };
}

/** Networks of the stacked what-where auto-encoder. No table of its network on SVHN is at hand: see README.md. */
import {
  type ConvolutionalRow,
  type ConvolutionalTable,
  type MapSize,
  mapSizes,
} from "../../../harness/nn/convolutional.ts";
import { narrowedWidth } from "../ali/networks/narrowed.ts";

/** A convolution of the encoder, before its pooling; and the one of the decoder after the unpooling at the same place. */
export interface Stage {
  readonly encoder: ConvolutionalTable;
  readonly decoder: ConvolutionalTable;
}
export interface SwwaeNetwork {
  /** From the image to the top. */
  readonly stages: readonly Stage[];
  readonly classes: number;
}

/** Padded so that maps keep their size; ReLUs. */
type Row = readonly [kernel: number, encoded: number, decoded: number];
// biome-ignore format: one line is one stage of the network
export const SVHN_STAGES: readonly Row[] = [
  // kernel  features of the encoder  of the decoder
  [5,        128,                     3],
  [3,        128,                     128],
  [3,        256,                     128],
  [3,        256,                     256],
];

/** Features of hidden layers times `factor` (rounded, at least 1). */
export function swwaeNetwork(input: MapSize, rows: readonly Row[], classes: number, factor = 1): SwwaeNetwork {
  let [height, width, channels] = input;
  const stages = rows.map(([kernel, encoded, decoded], index): Stage => {
    const features = narrowedWidth(encoded, factor);
    const last = index === 0;
    const size = [height, width] as const;
    const table = (part: string, maps: number, of: number, nonlinearity: ConvolutionalRow[6]): ConvolutionalTable => ({
      name: `${part}/${index + 1}`,
      input: [...size, maps],
      leak: 0,
      pieces: 1,
      bias: "tied",
      padding: (kernel - 1) / 2,
      rows: [["conv", kernel, 1, of, false, 0, nonlinearity]],
    });
    const stage = {
      encoder: table("encoder", channels, features, "leakyRelu"),
      decoder: table(
        "decoder",
        features,
        last ? decoded : narrowedWidth(decoded, factor),
        last ? "linear" : "leakyRelu",
      ),
    };
    [height, width, channels] = [height / 2, width / 2, features];
    return stage;
  });
  return { stages, classes };
}

/** Maps of the top, after its pooling. */
export function topSize({ stages }: SwwaeNetwork): MapSize {
  const [height, width, channels] = mapSizes(stages.at(-1)!.encoder)[0]!;
  return [height / 2, width / 2, channels];
}

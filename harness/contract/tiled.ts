import type { Picture } from "./training.ts";

/** Pixels between images, and their grey: neither black nor white images run into it. */
const GAP = 1;
const GAP_GREY = 128;

/** Images [n, height, width, 1 or 3] as one picture, row by row, `columns` a row; one channel becomes grey. */
export function tiled({
  columns,
  shape: [height, width, channels],
  pixels,
}: {
  readonly columns: number;
  readonly shape: readonly [height: number, width: number, channels: number];
  readonly pixels: Uint8Array;
}): Picture {
  const count = pixels.length / (height * width * channels);
  const rows = Math.ceil(count / columns);
  const wide = columns * (width + GAP) - GAP;
  const high = rows * (height + GAP) - GAP;
  const data = new Uint8Array(wide * high * 3).fill(GAP_GREY);
  for (let image = 0; image < count; image++) {
    const top = Math.floor(image / columns) * (height + GAP);
    const left = (image % columns) * (width + GAP);
    for (let y = 0; y < height; y++)
      for (let x = 0; x < width; x++) {
        const from = ((image * height + y) * width + x) * channels;
        const to = ((top + y) * wide + left + x) * 3;
        for (let c = 0; c < 3; c++) data[to + c] = pixels[from + (channels === 1 ? 0 : c)]!;
      }
  }
  return { shape: [high, wide, 3], data };
}

/** A convolution's patches as the rows of a matrix (im2col), and back. Images are NHWC, batch after batch. */
import type { backend_util } from "@tensorflow/tfjs-core";

export type Convolution = Pick<
  backend_util.Conv2DInfo,
  | "inHeight"
  | "inWidth"
  | "inChannels"
  | "outHeight"
  | "outWidth"
  | "filterHeight"
  | "filterWidth"
  | "strideHeight"
  | "strideWidth"
> & { readonly padInfo: { readonly top: number; readonly left: number } };

/** Rows of an image's patch matrix: one a position of the output. */
export const positions = ({ outHeight, outWidth }: Convolution): number => outHeight * outWidth;
/** Columns of it: the filter's height · width · input channels. */
export const patchSize = ({ filterHeight, filterWidth, inChannels }: Convolution): number =>
  filterHeight * filterWidth * inChannels;
export const imageSize = ({ inHeight, inWidth, inChannels }: Convolution): number => inHeight * inWidth * inChannels;

/** images [n, height, width, channels] → their patches [n · positions, patchSize]; zero where a patch hangs over. */
export function gatherPatches(conv: Convolution, images: Float32Array, patches: Float32Array): void {
  const lines = patchLines(conv);
  patches.fill(0);
  for (
    let image = 0, patch = 0;
    image < images.length;
    image += imageSize(conv), patch += positions(conv) * patchSize(conv)
  )
    for (let i = 0; i < lines.length; i += 3) {
      const [from, to, length] = [image + lines[i]!, patch + lines[i + 1]!, lines[i + 2]!];
      for (let j = 0; j < length; j++) patches[to + j] = images[from + j]!;
    }
}

/** Adds patches [n · positions, patchSize] to the places of images [n, height, width, channels] they were taken from. */
export function scatterPatches(conv: Convolution, patches: Float32Array, images: Float32Array): void {
  const lines = patchLines(conv);
  for (
    let image = 0, patch = 0;
    image < images.length;
    image += imageSize(conv), patch += positions(conv) * patchSize(conv)
  )
    for (let i = 0; i < lines.length; i += 3) {
      const [to, from, length] = [image + lines[i]!, patch + lines[i + 1]!, lines[i + 2]!];
      for (let j = 0; j < length; j++) images[to + j]! += patches[from + j]!;
    }
}

/** Each line of each patch of one image, as far as it lies in it: its place in the image, in the patches, its length. */
function patchLines(conv: Convolution): Int32Array {
  const { inHeight, inWidth, inChannels, outHeight, outWidth, filterHeight, filterWidth } = conv;
  const lines: number[] = [];
  let patch = 0;
  for (let row = 0; row < outHeight; row++)
    for (let column = 0; column < outWidth; column++) {
      const [y, x] = [row * conv.strideHeight - conv.padInfo.top, column * conv.strideWidth - conv.padInfo.left];
      const from = Math.max(x, 0);
      const length = (Math.min(x + filterWidth, inWidth) - from) * inChannels;
      for (let line = y; line < y + filterHeight; line++, patch += filterWidth * inChannels)
        if (line >= 0 && line < inHeight && length > 0)
          lines.push((line * inWidth + from) * inChannels, patch + (from - x) * inChannels, length);
    }
  return Int32Array.from(lines);
}

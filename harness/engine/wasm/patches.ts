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
  patches.fill(0);
  forEachRun(conv, images.length / imageSize(conv), (image, patch, length) => {
    for (let i = 0; i < length; i++) patches[patch + i] = images[image + i]!;
  });
}

/** Adds patches [n · positions, patchSize] to the places of images [n, height, width, channels] they were taken from. */
export function scatterPatches(conv: Convolution, patches: Float32Array, images: Float32Array): void {
  forEachRun(conv, images.length / imageSize(conv), (image, patch, length) => {
    for (let i = 0; i < length; i++) images[image + i]! += patches[patch + i]!;
  });
}

/** Each line of each patch as far as it lies in its image: where it starts in both, and its length. */
function forEachRun(
  conv: Convolution,
  images: number,
  visit: (image: number, patch: number, length: number) => void,
): void {
  const { inHeight, inWidth, inChannels, outHeight, outWidth, filterHeight, filterWidth, strideHeight, strideWidth } =
    conv;
  const { top, left } = conv.padInfo;
  let patch = 0;
  for (let n = 0; n < images; n++)
    for (let y = -top, row = 0; row < outHeight; row++, y += strideHeight)
      for (let x = -left, column = 0; column < outWidth; column++, x += strideWidth) {
        const from = Math.max(x, 0);
        const length = (Math.min(x + filterWidth, inWidth) - from) * inChannels;
        for (let line = y; line < y + filterHeight; line++, patch += filterWidth * inChannels)
          if (line >= 0 && line < inHeight && length > 0)
            visit(((n * inHeight + line) * inWidth + from) * inChannels, patch + (from - x) * inChannels, length);
      }
}

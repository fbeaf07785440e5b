/** Marginals nearer than this to 0 or 1 are taken to be this far away. */
const CLIP = 1e-7;

/**
 * Log-odds of the mean of n images [n, size] with pixels in [0, 1], place by place: the decoder's output biases start
 * there, so that it starts at the mean image (the authors' code).
 */
export function logOdds(images: Float32Array, size: number): Float32Array {
  const n = images.length / size;
  if (n < 1 || !Number.isInteger(n)) throw new RangeError(`${images.length} pixels are no images of ${size} each`);
  return Float32Array.from({ length: size }, (_, place) => {
    let sum = 0;
    for (let i = place; i < images.length; i += size) sum += images[i]!;
    const mean = Math.min(Math.max(sum / n, CLIP), 1 - CLIP);
    return Math.log(mean / (1 - mean));
  });
}

/** Orders of an image's values. Ours is [height, width, channels]. */

/**
 * Images of a MATLAB array (height, width, channels, image), whose first index changes fastest, i.e. with each plane
 * transposed.
 */
export function fromColumnMajor(bytes: Uint8Array, height: number, width: number, channels = 3): Uint8Array {
  const image = height * width * channels;
  const out = new Uint8Array(bytes.length);
  for (let start = 0; start < bytes.length; start += image)
    for (let c = 0; c < channels; c++)
      for (let w = 0; w < width; w++) {
        const column = start + height * (w + width * c);
        for (let h = 0; h < height; h++) out[start + (h * width + w) * channels + c] = bytes[column + h]!;
      }
  return out;
}

/** Images whose planes stand one after the other, row by row: all red, all green, all blue. */
export function fromPlanes(bytes: Uint8Array, pixels: number, channels = 3): Uint8Array {
  const image = pixels * channels;
  const out = new Uint8Array(bytes.length);
  for (let start = 0; start < bytes.length; start += image)
    for (let c = 0; c < channels; c++) {
      const plane = start + c * pixels;
      for (let pixel = 0; pixel < pixels; pixel++) out[start + pixel * channels + c] = bytes[plane + pixel]!;
    }
  return out;
}

/** Compressed pictures to pixels, by sharp (libvips): decoded in full, then resized, so that no decoder takes a short cut. */
import sharp from "sharp";
import { malformed } from "./malformed.ts";

/** Every picture is decoded in a thread of libuv's; libvips must not start its own beside them. */
sharp.concurrency(1);
sharp.cache(false);

export interface Pixels {
  /** [height, width, 3] */
  readonly data: Buffer;
  readonly width: number;
  readonly height: number;
}

/** Decoded to red, green, blue (grey ones too), without colour management, as Pillow's convert("RGB"). */
export async function decode(name: string, bytes: Uint8Array, mostPixels: number): Promise<Pixels> {
  try {
    const { data, info } = await sharp(bytes, { limitInputPixels: mostPixels, failOn: "error", ignoreIcc: true })
      .toColourspace("srgb")
      .removeAlpha()
      .raw({ depth: "uchar" })
      .toBuffer({ resolveWithObject: true });
    if (info.channels !== 3) throw new Error(`it has ${info.channels} channels`);
    return { data, width: info.width, height: info.height };
  } catch (error) {
    throw malformed(name, `is no picture that can be read: ${firstLine(error)}`, error);
  }
}

/**
 * Scaled to CelebA's training size: 178 × 218 to 64 × 78 by an antialiased Lanczos filter with three lobes, then rows 7
 * to 70, as the authors' pipeline did. @throws HarnessError for another size.
 */
export async function celebaCrop(name: string, picture: Pixels): Promise<Buffer> {
  if (picture.width !== 178 || picture.height !== 218)
    throw malformed(name, `is ${picture.width} × ${picture.height} and not 178 × 218: is it of the aligned images?`);
  const rows = await scaled(picture, 64, 78);
  return rows.subarray(7 * 64 * 3, 71 * 64 * 3);
}

/** The shorter side scaled to `size` by the same filter, the middle cut out of the longer one: [size, size, 3]. */
export async function centreCrop({ data, width, height }: Pixels, size: number): Promise<Buffer> {
  if (width === size && height === size) return data;
  const scale = size / Math.min(width, height);
  const [w, h] = [width, height].map((side) => Math.max(size, Math.round(side * scale))) as [number, number];
  const all = await scaled({ data, width, height }, w, h);
  const [left, top] = [Math.floor((w - size) / 2), Math.floor((h - size) / 2)];
  const rows = Array.from({ length: size }, (_, y) => 3 * ((top + y) * w + left));
  return Buffer.concat(rows.map((at) => all.subarray(at, at + 3 * size)));
}

async function scaled({ data, width, height }: Pixels, toWidth: number, toHeight: number): Promise<Buffer> {
  return sharp(data, { raw: { width, height, channels: 3 } })
    .resize(toWidth, toHeight, { kernel: "lanczos3", fit: "fill" })
    .raw()
    .toBuffer();
}

const firstLine = (error: unknown): string => (error as Error).message.split("\n")[0]!.trim();

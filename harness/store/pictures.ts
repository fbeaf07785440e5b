/** Pictures of a training along the way: grids of samples, as PNG files beside its event file. */
import { join } from "node:path";
import { encode } from "fast-png";
import type { Picture } from "../contract/training.ts";
import { writeAtomic } from "../files/atomic-file.ts";

/** Powers of two and the last update: of n updates 2 + log2 n at most, most of them where most changes. */
export const isPictured = (update: number, updates: number): boolean =>
  update === updates || Number.isInteger(Math.log2(update));

/** Whether a name is that of a picture as written here. */
export const isPictureFile = (name: string): boolean => /^[\w-]+\.\d{8,}\.png$/.test(name);

/** `<name>.<update>.png`. Throws TypeError for a name or shape that is none, HarnessError where it cannot be written. */
export function writePictures(folder: string, update: number, pictures: Readonly<Record<string, Picture>>): void {
  for (const [name, { shape, data }] of Object.entries(pictures)) {
    const [height, width, channels] = shape;
    if (!/^[\w-]+$/.test(name)) throw new TypeError(`a picture's name is of letters, digits, _ and -, got "${name}"`);
    if (channels !== 3 || data.length !== height * width * channels)
      throw new TypeError(`picture "${name}": shape [${shape}] is not [height, width, 3] of ${data.length} bytes`);
    const file = join(folder, `${name}.${String(update).padStart(8, "0")}.png`);
    writeAtomic(file, encode({ width, height, channels, data }));
  }
}

/** A picture drawn from shapes. Only sums, products, quotients and square roots: the same bytes on every machine. */

/** Red, green and blue from 0 to 1. */
export type Colour = readonly [number, number, number];
/** Signed distance to a shape's edge, below 0 inside, in the unit of the coordinates. */
export type Shape = (x: number, y: number) => number;

/** Coordinates go from 0 to 1, x to the right and y down. */
export class Canvas {
  readonly #size: number;
  readonly #rgb: Float64Array;

  constructor(size: number) {
    this.#size = size;
    this.#rgb = new Float64Array(size * size * 3);
  }

  /** Blends from one colour at the top to another at the bottom. */
  background(top: Colour, bottom: Colour): void {
    for (let i = 0; i < this.#rgb.length; i++) {
      const share = Math.floor(i / (3 * this.#size)) / (this.#size - 1);
      this.#rgb[i] = top[i % 3]! * (1 - share) + bottom[i % 3]! * share;
    }
  }

  /** Paints a shape with soft edges of one pixel. */
  paint(shape: Shape, colour: Colour): void {
    const size = this.#size;
    for (let pixel = 0; pixel < size * size; pixel++) {
      const x = ((pixel % size) + 0.5) / size;
      const y = (Math.floor(pixel / size) + 0.5) / size;
      const cover = Math.min(1, Math.max(0, 0.5 - shape(x, y) * size));
      if (cover === 0) continue;
      for (let c = 0; c < 3; c++)
        this.#rgb[3 * pixel + c] = this.#rgb[3 * pixel + c]! * (1 - cover) + colour[c]! * cover;
    }
  }

  /** Writes the picture as uint8 [size, size, 3]; `grain` is added to each value, in grey levels. */
  write(out: Uint8Array, offset: number, grain: () => number): void {
    for (let i = 0; i < this.#rgb.length; i++)
      out[offset + i] = Math.min(255, Math.max(0, Math.round(255 * this.#rgb[i]! + grain())));
  }
}

export const ellipse =
  (cx: number, cy: number, rx: number, ry: number): Shape =>
  (x, y) =>
    (Math.sqrt(((x - cx) / rx) ** 2 + ((y - cy) / ry) ** 2) - 1) * Math.min(rx, ry);
export const box =
  (cx: number, cy: number, halfWidth: number, halfHeight: number): Shape =>
  (x, y) =>
    Math.max(Math.abs(x - cx) - halfWidth, Math.abs(y - cy) - halfHeight);
export const ring =
  (cx: number, cy: number, radius: number, halfWidth: number): Shape =>
  (x, y) =>
    Math.abs(Math.sqrt((x - cx) ** 2 + (y - cy) ** 2) - radius) - halfWidth;
/** Of two or more. */
export const union = (first: Shape, ...others: readonly Shape[]): Shape =>
  others.reduce((a, b) => (x, y) => Math.min(a(x, y), b(x, y)), first);
export const intersection =
  (a: Shape, b: Shape): Shape =>
  (x, y) =>
    Math.max(a(x, y), b(x, y));

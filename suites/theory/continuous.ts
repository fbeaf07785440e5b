/** Joints of one-dimensional x and z with densities known in closed form. */
import type { Stream } from "../../harness/random/seeds.ts";
import { type Joint, joint } from "./joints.ts";

const normal = (x: number, mean: number, sd: number): number =>
  Math.exp(-0.5 * ((x - mean) / sd) ** 2) / (sd * Math.sqrt(2 * Math.PI));

/** Densities q(x,z) of the encoder's joint and p(x,z) of the decoder's. */
export interface Densities {
  q(x: number, z: number): number;
  p(x: number, z: number): number;
}

/** x ~ two Gaussians, z | x ~ N(a x, s²); z ~ N(0, 1), x | z ~ N(c z + d, t²), with random a, s, c, d, t. */
export function randomDensities(stream: Stream): Densities {
  const between = (low: number, high: number): number => low + (high - low) * stream.uniform();
  const centre = between(0.5, 1.5);
  const [a, s] = [between(-1, 1), between(0.4, 1)];
  const [c, d, t] = [between(-1, 1), between(-0.5, 0.5), between(0.4, 1)];
  return {
    q: (x, z) => 0.5 * (normal(x, -centre, 0.5) + normal(x, centre, 0.5)) * normal(z, a * x, s),
    p: (x, z) => normal(z, 0, 1) * normal(x, c * z + d, t),
  };
}

/** Everything outside ±10 weighs less than 1e-9. */
const EDGE = 10;

/** Densities at the middles of `cells` × `cells` equal cells of [−10, 10]²: the midpoint rule. */
export function onGrid({ q, p }: Densities, cells: number): { q: Joint; p: Joint } {
  const step = (2 * EDGE) / cells;
  const at = (i: number): number => -EDGE + (i + 0.5) * step;
  const values = (density: (x: number, z: number) => number): Joint =>
    joint(cells, cells, (x, z) => density(at(x), at(z)), step * step);
  return { q: values(q), p: values(p) };
}

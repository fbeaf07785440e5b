/**
 * Reads the parity fixtures: what PyTorch computed in float64 for a toy model (ci/peers/toy_parity.py). The weights and
 * inputs it started from are functions of Philox keys and are made again here.
 */
import { readFileSync } from "node:fs";
import {
  euclideanNorm,
  type Recipe,
  regenerate,
  sizeOf,
  visited,
  type Walk,
} from "../../../harness/engine/reference-values.ts";
import type { Words2 } from "../../../harness/random/philox.ts";

export type InputName = "x" | "z" | "epsilon";
/** What the reference trains, e.g. "generator", or holds as it is, e.g. "decoder/averages": entries of a model's state. */
export type GroupName = string;
interface NamedRecipe extends Recipe {
  readonly name: string;
}

/** parity.json; `arrays` say where in parity.bin (little-endian float64) the entries of a tensor's walk are. */
interface ParityFile {
  readonly versions: { readonly torch: string };
  readonly batch: number;
  readonly updates: number;
  readonly adam: {
    readonly learningRate: number;
    readonly beta1: number;
    readonly beta2: number;
    readonly epsilon: number;
  };
  readonly batchNorm: { readonly epsilon: number; readonly decay: number };
  readonly keys: Readonly<Record<GroupName, Words2>> & Readonly<Partial<Record<InputName, Words2>>>;
  readonly groups: Readonly<Record<GroupName, readonly NamedRecipe[]>>;
  /** The loss of each trained group before each update. */
  readonly losses: readonly Readonly<Record<GroupName, number>>[];
  readonly arrays: Readonly<Record<string, Walk & { offset: number; count: number; norm: number }>>;
}

/** A tensor of the reference: the entries that a walk over its flat form visits, and the Euclidean norm of the whole. */
export interface Reference {
  readonly walk: Walk;
  readonly count: number;
  readonly values: Float64Array;
  readonly norm: number;
}

export interface Parity extends Omit<ParityFile, "keys" | "arrays"> {
  /** A group, flat, before the first update. */
  start(group: GroupName): Float32Array;
  /** Inputs, each [batch, 2] flat. */
  input(name: InputName): Float32Array;
  /**
   * `out/OUTPUT`, `gradient/PARAMETER` (of its own group's loss) of the first update; `after/PARAMETER`,
   * `average/LAYER/{mean,sd}` after the last.
   */
  reference(name: string): Reference;
}

/** @param folder where parity.json and parity.bin are. */
export function readParity(folder: URL): Parity {
  const { keys, arrays, ...file } = JSON.parse(readFileSync(new URL("parity.json", folder), "utf8")) as ParityFile;
  const binary = readFileSync(new URL("parity.bin", folder));
  return {
    ...file,
    start: (group) => regenerate(file.groups[group]!, keys[group]!),
    input(name) {
      const key = keys[name];
      if (!key) throw new RangeError(`This parity fixture has no input "${name}".`);
      const normals = regenerate([{ shape: [file.batch, 2], mean: 0, sd: 1 }], key);
      return name === "x" ? normals.map((n, i) => gridCentre(i) + 0.05 * n) : normals;
    },
    reference(name) {
      const entry = arrays[name];
      if (!entry) throw new RangeError(`This parity fixture has no array "${name}".`);
      const { offset, length, stride, count, norm } = entry;
      const values = Float64Array.from({ length }, (_, i) => binary.readDoubleLE(8 * (offset + i)));
      return { walk: { stride, length }, count, values, norm };
    },
  };
}

/** Row r of x lies about centre r mod 25 of the grid {−4, −2, 0, 2, 4}², whose second coordinate runs fastest. */
function gridCentre(flatIndex: number): number {
  const component = (flatIndex >> 1) % 25;
  return -4 + 2 * (flatIndex % 2 === 0 ? Math.floor(component / 5) : component % 5);
}

/** Relative Euclidean distance of a whole flat tensor from its reference, over the entries that the walk visits. */
export function relativeDistance(whole: ArrayLike<number>, { walk, count, values }: Reference): number {
  if (whole.length !== count) throw new RangeError(`The tensor has ${whole.length} entries, its reference ${count}.`);
  return differenceNorm(visited(whole, walk), values) / euclideanNorm(values);
}

/** The same for the way from `start`: parameters barely move in a few updates, and hide a wrong update. */
export function relativeMovementDistance(
  whole: ArrayLike<number>,
  start: ArrayLike<number>,
  { walk, values }: Reference,
): number {
  const from = visited(start, walk);
  const moved = visited(whole, walk).map((value, i) => value - from[i]!);
  const expected = values.map((value, i) => value - from[i]!);
  return differenceNorm(moved, expected) / euclideanNorm(expected);
}

function differenceNorm(a: readonly number[], b: Float64Array): number {
  return euclideanNorm(b.map((value, i) => a[i]! - value));
}

/** A flat vector cut into the tensors of a layout, by name. */
export function cut(
  flat: Float32Array,
  layout: readonly { readonly name: string; readonly shape: readonly number[] }[],
): Map<string, Float32Array> {
  let end = 0;
  return new Map(
    layout.map(({ name, shape }) => {
      const from = end;
      end += sizeOf(shape);
      return [name, flat.subarray(from, end)];
    }),
  );
}

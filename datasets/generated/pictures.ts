/** What the generated pictures show: digits, plain shapes, faces, scenes. Each is a function of a random stream. */
import type { Stream } from "../../harness/random/seeds.ts";
import { box, Canvas, type Colour, ellipse, intersection, ring, type Shape, union } from "./canvas.ts";

export interface Picture {
  readonly canvas: Canvas;
  /** Its class, or its attributes as 0 and 1. */
  readonly labels: readonly number[];
}
export type Draw = (size: number, random: Stream) => Picture;

export const between = (random: Stream, low: number, high: number): number => low + (high - low) * random.uniform();
const colour = (random: Stream, low: number, high: number): Colour => [
  between(random, low, high),
  between(random, low, high),
  between(random, low, high),
];

/** Segments of a seven-segment display that are lit in each digit: top, two above, middle, two below, bottom. */
const SEGMENTS = [
  "1110111",
  "0010010",
  "1011101",
  "1011011",
  "0111010",
  "1101011",
  "1101111",
  "1010010",
  "1111111",
  "1111011",
];

/** A digit as a calculator shows it, light on dark or dark on light. */
export const digit: Draw = (size, random) => {
  const label = random.below(10);
  const isDark = random.below(2) === 1;
  const canvas = new Canvas(size);
  const [ground, ink] = isDark ? ([0, 0.35] as const) : ([0.55, 0.9] as const);
  canvas.background(colour(random, ground, ink), colour(random, ground, ink));
  const [cx, cy] = [between(random, 0.42, 0.58), between(random, 0.45, 0.55)];
  const half = between(random, 0.13, 0.18);
  const thick = between(random, 0.03, 0.05);
  const bar = (x: number, y: number): Shape => box(cx + x * half, cy + y * half, half + thick, thick);
  const post = (x: number, y: number): Shape => box(cx + x * half, cy + y * half, thick, half + thick);
  const all = [bar(0, -2), post(-1, -1), post(1, -1), bar(0, 0), post(-1, 1), post(1, 1), bar(0, 2)];
  const lit = all.filter((_, i) => SEGMENTS[label]![i] === "1");
  const [first, ...others] = lit;
  canvas.paint(union(first!, ...others), isDark ? colour(random, 0.65, 1) : colour(random, 0, 0.35));
  return { canvas, labels: [label] };
};

export const SHAPES = [
  "disc",
  "ring",
  "square",
  "diamond",
  "triangle",
  "plus",
  "saltire",
  "lying bar",
  "standing bar",
  "half disc",
] as const;

function shape(kind: number, x: number, y: number, r: number): Shape {
  const thin = r / 3;
  const tilted = (inner: Shape): Shape => {
    const d = Math.SQRT1_2;
    return (px, py) => inner(x + d * (px - x + py - y), y + d * (py - y - px + x));
  };
  const plus = union(box(x, y, r, thin), box(x, y, thin, r));
  const all: readonly Shape[] = [
    ellipse(x, y, r, r),
    ring(x, y, r - thin / 2, thin / 2),
    box(x, y, r * 0.85, r * 0.85),
    tilted(box(x, y, r * 0.75, r * 0.75)),
    (px, py) => Math.max((2 * Math.abs(px - x) + py - y - r) * 0.447, y - r - py, py - y - r),
    plus,
    tilted(plus),
    box(x, y, r, thin),
    box(x, y, thin, r),
    intersection(ellipse(x, y, r, r), (_, py) => py - y),
  ];
  return all[kind]!;
}

const shapeOf = (random: Stream, kind: number, low: number, high: number): Shape =>
  shape(kind, between(random, 0.35, 0.65), between(random, 0.35, 0.65), between(random, low, high));

/** One shape, whose kind is the class; its colour leans towards one that belongs to the class. */
export const plainShape: Draw = (size, random) => {
  const label = random.below(SHAPES.length);
  const canvas = new Canvas(size);
  canvas.background(colour(random, 0, 0.5), colour(random, 0, 0.5));
  const lean = (c: number): number => (((label + 1) * (3 * c + 1)) % 5) / 4;
  const [r, g, b] = colour(random, 0.2, 0.6);
  canvas.paint(shapeOf(random, label, 0.2, 0.32), [r + 0.4 * lean(0), g + 0.4 * lean(1), b + 0.4 * lean(2)]);
  return { canvas, labels: [label] };
};

/** Sky over ground and three shapes before it, without labels. */
export const scene: Draw = (size, random) => {
  const canvas = new Canvas(size);
  canvas.background(colour(random, 0.5, 1), colour(random, 0.2, 0.7));
  const horizon = between(random, 0.5, 0.8);
  canvas.paint((_, y) => horizon - y, colour(random, 0.1, 0.5));
  for (let i = 0; i < 3; i++)
    canvas.paint(
      shape(random.below(SHAPES.length), random.uniform(), random.uniform(), between(random, 0.1, 0.25)),
      colour(random, 0, 1),
    );
  return { canvas, labels: [] };
};

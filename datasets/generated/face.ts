/** A drawn face with CelebA's 40 attributes. About half of them are visible in it; the others are chance and nothing more. */
import type { Stream } from "../../harness/random/seeds.ts";
import { CELEBA_ATTRIBUTES } from "../celeba-attributes.ts";
import { box, Canvas, type Colour, ellipse, intersection, ring, type Shape, union } from "./canvas.ts";
import { between, type Draw } from "./pictures.ts";

type Attributes = ReadonlyMap<string, boolean>;
const HAIR: readonly (readonly [attribute: string, colour: Colour])[] = [
  ["Bald", [0, 0, 0]],
  ["Black_Hair", [0.08, 0.07, 0.08]],
  ["Blond_Hair", [0.88, 0.76, 0.4]],
  ["Brown_Hair", [0.4, 0.25, 0.13]],
  ["Gray_Hair", [0.65, 0.65, 0.67]],
];
const DARK: Colour = [0.1, 0.08, 0.08];

/** Each is on in three of ten faces, independently; of the hair's colours and baldness exactly one is on. */
function draw(random: Stream): Attributes {
  const on = new Map(CELEBA_ATTRIBUTES.map((name) => [name, random.uniform() < 0.3]));
  const hair = random.below(HAIR.length);
  for (const [i, [name]] of HAIR.entries()) on.set(name, i === hair);
  const bearded = ["5_o_Clock_Shadow", "Goatee", "Mustache"].some((name) => on.get(name));
  return on.set("No_Beard", !bearded);
}

interface Sitter {
  readonly canvas: Canvas;
  readonly is: (attribute: string) => boolean;
  /** Where the face's centre is. */
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly skin: Colour;
}

export const face: Draw = (size, random) => {
  const attributes = draw(random);
  const is = (attribute: string): boolean => attributes.get(attribute) === true;
  const canvas = new Canvas(size);
  const light = (low: number, high: number): Colour => {
    const grey = between(random, low, high);
    return [grey, grey * between(random, 0.8, 1), grey * between(random, 0.7, 1.1)];
  };
  canvas.background(light(0.3, 0.8), light(0.3, 0.8));
  const tone = between(random, 0.75, 0.9);
  const sitter: Sitter = {
    canvas,
    is,
    x: between(random, 0.46, 0.54),
    y: between(random, 0.52, 0.56),
    width: is("Chubby") ? 0.29 : is("Oval_Face") ? 0.21 : 0.25,
    skin: is("Pale_Skin") ? [0.95, 0.88, 0.84] : [tone, tone * 0.78, tone * 0.64],
  };
  for (const part of [backHair, head, eyes, nose, mouth, hairline, extras]) part(sitter);
  return { canvas, labels: CELEBA_ATTRIBUTES.map((name) => Number(is(name))) };
};

const hairColour = ({ is }: Sitter): Colour | undefined => HAIR.find(([name]) => is(name) && name !== "Bald")?.[1];

function backHair(sitter: Sitter): void {
  const { canvas, is, x, y, width } = sitter;
  const hair = hairColour(sitter);
  const long = union(ellipse(x, y - 0.1, width + 0.07, 0.32), box(x, y + 0.14, width + 0.06, 0.24));
  if (hair) canvas.paint(is("Male") ? ellipse(x, y - 0.12, width + 0.04, 0.29) : long, hair);
}

function head({ canvas, is, x, y, width, skin }: Sitter): void {
  canvas.paint(union(box(x, y + 0.36, 0.1, 0.12), ellipse(x, y + 0.52, 0.36, 0.12)), skin);
  if (is("Wearing_Necktie")) canvas.paint(box(x, y + 0.46, 0.04, 0.1), [0.55, 0.1, 0.12]);
  if (is("Wearing_Necklace")) canvas.paint(ring(x, y + 0.3, 0.14, 0.012), [0.95, 0.85, 0.3]);
  canvas.paint(ellipse(x, y, width, 0.32), skin);
  const shade: Colour = [skin[0] * 0.72, skin[1] * 0.74, skin[2] * 0.78];
  const jaw = intersection(ellipse(x, y, width, 0.32), (_, py) => y + 0.1 - py);
  if (is("5_o_Clock_Shadow")) canvas.paint(jaw, shade);
  if (is("Rosy_Cheeks"))
    for (const side of [-1, 1]) canvas.paint(ellipse(x + side * width * 0.58, y + 0.08, 0.05, 0.04), [0.92, 0.5, 0.5]);
}

function eyes({ canvas, is, x, y }: Sitter): void {
  for (const side of [-1, 1]) {
    const at = x + side * 0.1;
    canvas.paint(ellipse(at, y - 0.05, 0.045, is("Narrow_Eyes") ? 0.012 : 0.026), [0.97, 0.97, 0.97]);
    canvas.paint(ellipse(at, y - 0.05, 0.018, is("Narrow_Eyes") ? 0.012 : 0.018), DARK);
    canvas.paint(box(at, y - 0.115, 0.05, is("Bushy_Eyebrows") ? 0.02 : 0.009), DARK);
    if (is("Eyeglasses")) canvas.paint(ring(at, y - 0.05, 0.075, 0.011), DARK);
  }
  if (is("Eyeglasses")) canvas.paint(box(x, y - 0.05, 0.03, 0.009), DARK);
}

function nose({ canvas, is, x, y, skin }: Sitter): void {
  const width = is("Big_Nose") ? 0.045 : 0.022;
  canvas.paint(ellipse(x, y + 0.04, width, 0.05), [skin[0] * 0.85, skin[1] * 0.83, skin[2] * 0.82]);
}

function mouth({ canvas, is, x, y }: Sitter): void {
  const thick = is("Big_Lips") ? 0.03 : 0.017;
  const lips: Colour = is("Wearing_Lipstick") ? [0.82, 0.08, 0.18] : [0.66, 0.36, 0.34];
  const smile: Shape = intersection(ring(x, y + 0.08, 0.1, thick), (_, py) => y + 0.125 - py);
  canvas.paint(is("Smiling") ? smile : box(x, y + 0.165, 0.075, thick), lips);
  if (is("Mouth_Slightly_Open")) canvas.paint(ellipse(x, y + 0.165, 0.05, 0.016), DARK);
  if (is("Mustache")) canvas.paint(box(x, y + 0.115, 0.085, 0.016), DARK);
  if (is("Goatee")) canvas.paint(ellipse(x, y + 0.265, 0.06, 0.045), DARK);
}

function hairline(sitter: Sitter): void {
  const { canvas, is, x, y, width } = sitter;
  const hair = hairColour(sitter);
  if (!hair) return;
  const edge = is("Bangs") ? y - 0.14 : is("Receding_Hairline") ? y - 0.27 : y - 0.21;
  const cap = intersection(ellipse(x, y - 0.08, width + 0.04, 0.29), (_, py) => py - edge);
  canvas.paint(cap, hair);
  if (is("Sideburns"))
    for (const side of [-1, 1]) canvas.paint(box(x + side * (width - 0.01), y - 0.05, 0.02, 0.12), hair);
}

function extras({ canvas, is, x, y, width }: Sitter): void {
  if (is("Wearing_Earrings"))
    for (const side of [-1, 1]) canvas.paint(ellipse(x + side * width, y + 0.08, 0.022, 0.022), [0.98, 0.88, 0.3]);
  if (is("Wearing_Hat"))
    canvas.paint(union(box(x, y - 0.22, width + 0.14, 0.03), box(x, y - 0.34, width, 0.13)), [0.15, 0.2, 0.45]);
}

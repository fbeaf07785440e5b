/** The paper's figure of conditional generation: four people's attributes, and what each column changes. */
import { CELEBA_ATTRIBUTES } from "../../datasets/celeba-attributes.ts";

/** Rows I to IV. */
export const PEOPLE = [
  { title: "I", description: "male, attractive, young", has: ["Male", "Attractive", "Young"] },
  { title: "II", description: "male, attractive, older", has: ["Male", "Attractive"] },
  { title: "III", description: "female, attractive, young", has: ["Attractive", "Young"] },
  { title: "IV", description: "female, attractive, older", has: ["Attractive"] },
] as const;

/** Columns a to l. */
export const CHANGES = [
  { title: "a", description: "unchanged", adds: [] },
  { title: "b", description: "black hair", adds: ["Black_Hair"] },
  { title: "c", description: "brown hair", adds: ["Brown_Hair"] },
  { title: "d", description: "blond hair", adds: ["Blond_Hair"] },
  { title: "e", description: "black hair, wavy hair", adds: ["Black_Hair", "Wavy_Hair"] },
  { title: "f", description: "blond hair, bangs", adds: ["Blond_Hair", "Bangs"] },
  { title: "g", description: "blond hair, receding hairline", adds: ["Blond_Hair", "Receding_Hairline"] },
  { title: "h", description: "blond hair, bald", adds: ["Blond_Hair", "Bald"] },
  { title: "i", description: "black hair, smiling", adds: ["Black_Hair", "Smiling"] },
  {
    title: "j",
    description: "black hair, smiling, mouth slightly open",
    adds: ["Black_Hair", "Smiling", "Mouth_Slightly_Open"],
  },
  {
    title: "k",
    description: "the same with eyeglasses",
    adds: ["Black_Hair", "Smiling", "Mouth_Slightly_Open", "Eyeglasses"],
  },
  {
    title: "l",
    description: "the same wearing a hat",
    adds: ["Black_Hair", "Smiling", "Mouth_Slightly_Open", "Eyeglasses", "Wearing_Hat"],
  },
] as const;

/** Attributes of every cell, row by row [48, 40], in 0 and 1. */
export function figureAttributes(): Float32Array {
  const width = CELEBA_ATTRIBUTES.length;
  const all = new Float32Array(PEOPLE.length * CHANGES.length * width);
  PEOPLE.forEach(({ has }, row) => {
    CHANGES.forEach(({ adds }, column) => {
      for (const name of [...has, ...adds]) {
        const at = CELEBA_ATTRIBUTES.indexOf(name);
        if (at < 0) throw new TypeError(`CelebA has no attribute "${name}"`);
        all[(row * CHANGES.length + column) * width + at] = 1;
      }
    });
  });
  return all;
}

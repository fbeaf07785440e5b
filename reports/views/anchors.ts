/** Ids of the parts of a page: made of a part's own id, never of its place, so that a link to it lasts. */
import { createHash } from "node:crypto";
import { slug } from "../format.ts";

type Part = "claim" | "judgement" | "quantity" | "figure" | "run" | "metric" | "field";

/** `claim-<id>`; where the id is no plain name, a piece of its SHA-256 keeps it apart from others that look alike. */
export function anchor(part: Part, id: string): string {
  const plain = slug(id);
  if (plain === id) return `${part}-${id}`;
  return `${part}-${plain}-${createHash("sha256").update(id).digest("hex").slice(0, 8)}`;
}

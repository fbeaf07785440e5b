/** The second of Anscombe's four data sets: eleven points on a parabola (Anscombe 1973, table). */
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";

const bytes = readFileSync(new URL("./anscombe.csv", import.meta.url));
const [, ...rows] = bytes.toString("utf8").trim().split("\n");

/** [x, y], each [11]. */
export const POINTS: readonly (readonly [x: number, y: number])[] = rows.map((row) => {
  const [x, y] = row.split(",").map(Number);
  return [x!, y!];
});
export const SHA256 = createHash("sha256").update(bytes).digest("hex");

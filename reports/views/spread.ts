/** The paper's ± in one unit of account: a sample SD where its kind allows, otherwise what it is. */
import type { PublishedValue, Spread } from "../../harness/contract/claims.ts";
import { formatNumber, meanDecimals } from "../format.ts";

export interface DrawnSpread {
  /** "sd": half of it is one SD of the repeated unit; "mean": it bounds the mean; "unknown": as printed, kind not stated. */
  readonly draws: "sd" | "mean" | "unknown";
  readonly halfWidth: number;
  /** How the printed number became this one. */
  readonly label: string;
}

/** Half-width to draw for a printed ±, converted to one SD where its kind and n allow it; null when none is printed. */
export function drawnSpread(spread: Spread, n: number | null): DrawnSpread | null {
  switch (spread.kind) {
    case "none":
      return null;
    case "sd":
      return { draws: "sd", halfWidth: spread.value, label: "± is 1 SD" };
    case "3sd":
      return { draws: "sd", halfWidth: spread.value / 3, label: "printed ± is 3 SD, divided by 3" };
    case "1.96sd":
      return { draws: "sd", halfWidth: spread.value / 1.96, label: "printed ± is 1.96 SD, divided by 1.96" };
    case "se":
      return n === null
        ? { draws: "mean", halfWidth: spread.value, label: "± is 1 SE of the mean, n not stated" }
        : {
            draws: "sd",
            halfWidth: spread.value * Math.sqrt(n),
            label: `printed ± is 1 SE, times √${formatNumber(n)}`,
          };
    case "ci":
      return { draws: "mean", halfWidth: spread.value, label: "± is a confidence interval of the mean" };
    case "unknown":
      return { draws: "unknown", halfWidth: spread.value, label: "kind of ± not stated, drawn as printed" };
  }
}

/** What the printed ± is, in words. */
export function spreadKind(spread: Spread, n: number | null): string {
  if (spread.kind === "none") return "no ± printed";
  if (spread.kind === "unknown") return "kind of ± not stated";
  if (spread.kind === "sd") return "± 1 SD";
  const drawn = drawnSpread(spread, n);
  if (drawn?.draws !== "sd") return spread.kind === "se" ? "± 1 SE of the mean" : "± confidence interval";
  const factor = { "3sd": "3 SD", "1.96sd": "1.96 SD", se: "1 SE" }[spread.kind as "3sd" | "1.96sd" | "se"];
  return `± ${factor} (1 SD = ${formatNumber(drawn.halfWidth, meanDecimals(0, drawn.halfWidth))})`;
}

/** `13.4 ± 5.8`, as printed. */
export function printedValue(published: PublishedValue): string {
  if (published.spread.kind === "none") return formatNumber(published.mean);
  return `${formatNumber(published.mean)} ± ${formatNumber(published.spread.value)}`;
}

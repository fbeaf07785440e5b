/** The paper's ±, brought to one scale. */
import type { PublishedValue } from "../contract/claims.ts";
import { tQuantile } from "./distributions.ts";

/**
 * SD of one unit behind a printed ±, or null where it cannot be known. Bars of 3 and of 1.96 SD are divided; an SE is
 * multiplied by √n; a CI is read as the half-width of a 95 % t interval, s = value · √n / t(0.975, n − 1).
 */
export function publishedSd({ spread, n }: Pick<PublishedValue, "spread" | "n">): number | null {
  switch (spread.kind) {
    case "sd":
      return spread.value;
    case "3sd":
      return spread.value / 3;
    case "1.96sd":
      return spread.value / 1.96;
    case "se":
      return n === null ? null : spread.value * Math.sqrt(n);
    case "ci":
      return n === null || n < 2 ? null : (spread.value * Math.sqrt(n)) / tQuantile(0.975, n - 1);
    case "unknown":
    case "none":
      return null;
  }
}

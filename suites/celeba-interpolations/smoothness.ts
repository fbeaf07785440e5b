import { spreadOf } from "../../harness/bench/spread.ts";
import { mean } from "../../harness/statistics/descriptive.ts";
import { meanSquaredError } from "../shared/images/reconstruct.ts";

/** Images of one pair: the first original, the decoded way, the second original. */
export interface Way {
  readonly first: Float32Array;
  readonly steps: readonly Float32Array[];
  readonly second: Float32Array;
}

/** How even and how straight the ways are in pixels: see metrics.ts. A way between equal images is even and straight. */
export function smoothness(ways: readonly Way[]): Readonly<Record<"largestStep" | "detour" | "endMse", number>> {
  const each = ways.map(({ first, steps, second }) => {
    const changes = steps.slice(1).map((step, i) => meanSquaredError(step, steps[i]!));
    const length = changes.reduce((sum, change) => sum + Math.sqrt(change), 0);
    const distance = Math.sqrt(meanSquaredError(steps[0]!, steps.at(-1)!));
    const largest = Math.max(...changes);
    return {
      largest: largest === 0 ? 1 : largest / mean(changes),
      detour: distance === 0 ? 1 : length / distance,
      end: (meanSquaredError(first, steps[0]!) + meanSquaredError(second, steps.at(-1)!)) / 2,
    };
  });
  return {
    largestStep: spreadOf(each.map(({ largest }) => largest)).median,
    detour: spreadOf(each.map(({ detour }) => detour)).median,
    endMse: mean(each.map(({ end }) => end)),
  };
}

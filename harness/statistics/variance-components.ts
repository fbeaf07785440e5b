/**
 * Variance components of a one-way layout by the method of moments: equate mean squares with their expectations,
 * E MS_W = σ²_W and E MS_B = σ²_W + n₀ σ²_B with n₀ = (N − Σn²/N)/(a − 1), which is n when balanced
 * (S. R. Searle, G. Casella and C. E. McCulloch, "Variance Components", 1992, sections 3.5 and 3.6).
 */
import { EXIT, HarnessError } from "../errors.ts";
import { mean, requireFinite } from "./descriptive.ts";

export interface VarianceComponents {
  /** Variance of one value within its group: MS_W. */
  readonly within: number;
  /** Variance of the groups' true means: (MS_B − MS_W)/n₀. Negative estimates are left as they are: they say "about 0". */
  readonly between: number;
  readonly meanSquareBetween: number;
  /** n₀, the effective number of values a group. */
  readonly size: number;
  /** Share of the whole variance that lies between groups, between taken as at least 0; 0 without any variance. */
  readonly intraclass: number;
}

/** Throws for fewer than 2 groups, for an empty one, and where no group has 2 values. */
export function varianceComponents(groups: readonly (readonly number[])[]): VarianceComponents {
  for (const group of groups) requireFinite(group, "A group");
  const a = groups.length;
  const sizes = groups.map((group) => group.length);
  const total = sizes.reduce((sum, size) => sum + size, 0);
  if (a < 2 || total === a)
    throw new HarnessError(
      `Variance components need at least 2 groups and at least one of 2 values; got ${a} groups with ${total} values.`,
      EXIT.cannotJudge,
    );
  const centre = mean(groups.flat());
  const means = groups.map((group) => mean(group));
  const squares = (values: readonly number[], around: number) =>
    values.reduce((sum, value) => sum + (value - around) ** 2, 0);
  const within = groups.reduce((sum, group, i) => sum + squares(group, means[i]!), 0) / (total - a);
  const meanSquareBetween = means.reduce((sum, value, i) => sum + sizes[i]! * (value - centre) ** 2, 0) / (a - 1);
  const size = (total - sizes.reduce((sum, n) => sum + n ** 2, 0) / total) / (a - 1);
  const between = (meanSquareBetween - within) / size;
  const positive = Math.max(0, between);
  return { within, between, meanSquareBetween, size, intraclass: positive === 0 ? 0 : positive / (positive + within) };
}

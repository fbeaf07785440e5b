/** Do the printed numbers bear each other out? Rounding is allowed for; words like "roughly" are not. */
import type { PublishedValue } from "../contract/claims.ts";
import type { CrossCheck } from "../contract/comparisons.ts";
import { publishedSd } from "../statistics/spread.ts";
import { halfUnit } from "./granularity.ts";

export interface CrossCheckResult {
  readonly id: string;
  readonly statement: string;
  readonly result: "holds" | "differs" | "cannot say";
  readonly detail: string;
}

/** Hundredths without the noise of sums in binary. */
const tidy = (value: number): number => Number(value.toFixed(6));

export function crossCheck(check: CrossCheck): CrossCheckResult {
  return { id: check.id, statement: check.statement, ...resultOf(check) };
}

function resultOf(check: CrossCheck): Pick<CrossCheckResult, "result" | "detail"> {
  switch (check.kind) {
    case "difference": {
      const { first, second, stated, decimals } = check;
      const difference = tidy(first.mean - second.mean);
      const off = tidy(Math.abs(difference - stated.mean));
      const show = (value: number): string => printed(value, decimals);
      const sum = `${show(first.mean)} − ${show(second.mean)} = ${show(difference)}; stated ${show(stated.mean)}`;
      // Three rounded numbers: each may be half a unit of its last place off.
      return off <= 3 * halfUnit(decimals)
        ? { result: "holds", detail: `${sum}, within rounding` }
        : {
            result: "differs",
            detail: `${sum}: off by ${show(off)}, rounding explains at most ${roundingOf(decimals)}`,
          };
    }
    case "difference spread":
      return differenceSpread(check);
    case "citation": {
      const { cited, elsewhere, decimals } = check;
      const off = tidy(cited.mean - elsewhere.mean);
      const detail = `printed ${cited.mean.toFixed(decimals)}; ${elsewhere.source} prints ${elsewhere.mean.toFixed(decimals)}`;
      return off === 0
        ? { result: "holds", detail }
        : { result: "differs", detail: `${detail}: off by ${printed(off, decimals)}` };
    }
    case "falling": {
      const means = check.values.map(({ mean }) => mean);
      const falls = means.every((mean, i) => i === 0 || mean < means[i - 1]!);
      return {
        result: falls ? "holds" : "differs",
        detail: `${means.map((mean) => mean.toFixed(2)).join(", ")} (means alone: no error is set against the steps)`,
      };
    }
    case "greatest gaps": {
      const gaps = check.pairs.map((pair) => ({ ...pair, gap: tidy(pair.second.mean - pair.first.mean) }));
      const named = gaps.filter((pair) => pair.named).map(({ gap }) => gap);
      const others = gaps.filter((pair) => !pair.named).map(({ gap }) => gap);
      const holds = Math.min(...named) > Math.max(...others);
      const least = gaps.reduce((a, b) => (b.gap < a.gap ? b : a));
      const detail = `gaps ${gaps.map(({ label, gap }) => `${label}: ${gap.toFixed(2)}`).join(", ")}`;
      return holds
        ? { result: "holds", detail }
        : {
            result: "differs",
            detail: `${detail}; the smallest is at ${least.label}${least.named ? ", a named one" : ""}`,
          };
    }
  }
}

function differenceSpread({ first, second, stated, decimals }: Extract<CrossCheck, { kind: "difference spread" }>) {
  const [a, b, whole] = [publishedSd(first), publishedSd(second), publishedSd(stated)];
  if (a !== null && b !== null && whole !== null) {
    const expected = Math.hypot(a, b);
    const detail = `SD ${whole.toFixed(decimals)} stated; independent terms give ${expected.toFixed(decimals)}`;
    const result = Math.abs(expected - whole) <= 3 * halfUnit(decimals) ? ("holds" as const) : ("differs" as const);
    return { result, detail };
  }
  const missing = [first, second, stated].filter((value) => publishedSd(value) === null).map(({ id }) => id);
  const same = [first, second].filter((value) => plusMinus(value) !== null && plusMinus(value) === plusMinus(stated));
  const noted = same.map(({ id }) => `; the stated ± equals that of ${id} alone`).join("");
  return { result: "cannot say" as const, detail: `no SD can be had of ${missing.join(", ")}${noted}` };
}

const printed = (value: number, decimals: number): string => value.toFixed(decimals).replace("-", "−");
const plusMinus = ({ spread }: PublishedValue): number | null => (spread.kind === "none" ? null : spread.value);
const roundingOf = (decimals: number): string => (1.5 * 10 ** -decimals).toFixed(decimals + 1);

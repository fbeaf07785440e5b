/** What the readings of a paper say together. */
import type { Judgement, PaperVerdict } from "../contract/claims.ts";

/** Whether a verdict says that the claim holds; null where it says neither. */
export function holdsBy(verdict: PaperVerdict): boolean | null {
  if (verdict === "REPRODUCED" || verdict === "CONSISTENT" || verdict === "BETTER") return true;
  return verdict === "CONTRADICTED" ? false : null;
}

/**
 * Takes REPRODUCED back where another reading of the paper does not give it; one that was not run does not give it.
 * `holds` stays: it speaks of its own reading.
 */
export function underEveryReading(judgements: readonly Judgement[]): Judgement[] {
  const others = judgements.filter(({ verdict }) => verdict !== "REPRODUCED");
  if (others.length === 0) return [...judgements];
  const needs = others.map(({ verdict, wouldDecide }) =>
    verdict === "INCONCLUSIVE" ? wouldDecide?.furtherReplicates : null,
  );
  const further = needs.every((need) => typeof need === "number") ? Math.max(...needs) : null;
  return judgements.map((judgement) =>
    judgement.verdict !== "REPRODUCED"
      ? judgement
      : {
          ...judgement,
          verdict: "INCONCLUSIVE",
          reason: `Holds under this reading, but not under every one: ${others
            .map(({ reading, verdict }) => `"${reading}" is ${verdict}`)
            .join(", ")}. ${judgement.reason}`,
          wouldDecide: { furtherReplicates: further, smallestMargin: null },
        },
  );
}

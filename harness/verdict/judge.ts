/** From samples to verdicts against the paper: the only place where a verdict is given. */
import { armsOf } from "../contract/arms-of.ts";
import type { Claim, Judgement, TestResult } from "../contract/claims.ts";
import { alphaOf } from "../contract/claims.ts";
import { EXIT, HarnessError } from "../errors.ts";
import { requireDeclared } from "../plan/declared.ts";
import { holdsBy, underEveryReading } from "./across-readings.ts";
import { type Arm, armsFrom, unpaired } from "./arm.ts";
import type { Evidence } from "./evidence.ts";
import { type AdjustedMember, adjustFamilies } from "./families.ts";
import type { Finding, RawTest } from "./finding.ts";
import { findingOf, type TestableClaim } from "./finding-of.ts";
import { analysesAt, atLevelOf, byAnalyses, firstRuns, isAnalysed } from "./interim.ts";
import { saySmallestShown } from "./smallest-shown.ts";

export { armsOf };

/**
 * The verdict of every claim under every reading, claim by claim, in the order of the table of verdicts.
 *
 * Families: within one reading, the claims of one `family` that have a test (point, gap, ordering, trend) share two Holm
 * corrections: one over the tests that could confirm (equivalence, order, trend), one over those that could contradict
 * (difference beyond the margin, order, trend). Readings are corrected separately: the primary one is what counts, the
 * others show how far it hangs on our reading. See `adjustFamilies` for tests that could not be made.
 *
 * With planned interim analyses a claim is judged at each of them, on the first runs of each arm, until it is decided
 * (`interim.ts`); the families are corrected at each analysis.
 *
 * An ordering or trend is REPRODUCED only if it holds under every reading; one that the profile does not run is not held.
 * Tests are two-sided at the claim's α. Throws for a faulty claim (`declaredFaults`), for a reading that turns a claim
 * into another one, and for input that contradicts itself.
 */
export function judge(claims: readonly Claim[], evidence: Evidence): Judgement[] {
  requireDistinct(
    "claim id",
    claims.map((claim) => claim.id),
  );
  requireDistinct("reading", evidence.readings);
  if (evidence.readings.length === 0)
    throw new HarnessError("There is no reading to judge under; a suite declares at least one.", EXIT.cannotJudge);
  const judgements = evidence.readings.map((reading) => judgeReading(claims, reading, evidence));
  return claims.flatMap((claim, index) => {
    const ofClaim = judgements.map((ofReading) => ofReading[index]!);
    return claim.kind === "ordering" || claim.kind === "trend" ? underEveryReading(ofClaim) : ofClaim;
  });
}

function requireDistinct(what: string, names: readonly string[]): void {
  const twice = names.find((name, index) => names.indexOf(name) < index);
  if (twice !== undefined) throw new HarnessError(`The ${what} "${twice}" stands twice.`, EXIT.cannotJudge);
}

/** The verdicts under one reading, at the first planned analysis that decides each claim. */
function judgeReading(claims: readonly Claim[], reading: string, evidence: Evidence): Judgement[] {
  const once = judgeOnce(claims, reading, evidence);
  if (!evidence.analyses) return once.map(({ judgement }) => judgement);
  const steps = analysesAt(evidence.analyses).map((analysis) => {
    const atLevel = claims.map((claim) => atLevelOf(claim, analysis));
    return { analysis, judged: judgeOnce(atLevel, reading, firstRuns(evidence, analysis.runs)) };
  });
  return claims.map((claim, i) =>
    isAnalysed(claim)
      ? byAnalyses(steps.map(({ analysis, judged }) => ({ analysis, ...judged[i]! })))
      : once[i]!.judgement,
  );
}

/** A claim under one reading, measured but not yet judged. */
interface Case {
  readonly claim: TestableClaim;
  readonly family: string;
  readonly finding: Finding;
  /** Why there is no verdict on the paper; empty when there can be one. */
  readonly untested: readonly string[];
  readonly finished: boolean;
  /** What a verdict holds for, where an axis around the claim's is held fixed; null where none is. */
  readonly conditional: string | null;
}

interface Judged {
  readonly judgement: Judgement;
  /** Whether a test at the claim's level gave the verdict. */
  readonly decided: boolean;
}

function judgeOnce(claims: readonly Claim[], reading: string, evidence: Evidence): Judged[] {
  const read = claims.map((claim) => readAs(claim, reading, evidence));
  const cases = read.flatMap((claim) => (claim.kind === "qualitative" ? [] : [measure(claim, reading, evidence)]));
  const adjusted = adjustFamilies(cases.filter(({ claim }) => claim.kind !== "range" && claim.kind !== "identity"));
  return read.map((claim) => {
    if (claim.kind === "qualitative") {
      const judgement = {
        ...EMPTY,
        claimId: claim.id,
        reading,
        verdict: "NOT TESTABLE",
        reason: claim.reason,
      } as const;
      return { judgement, decided: false };
    }
    const one = cases.find((candidate) => candidate.claim === claim)!;
    return verdictOf(one, adjusted.get(one) ?? WITHOUT_TEST, reading, evidence);
  });
}

const EMPTY = {
  estimates: [],
  effect: null,
  tests: [],
  holds: null,
  pointsAsClaimed: null,
  directional: null,
  wouldDecide: null,
  smallestShown: null,
} as const;
const WITHOUT_TEST: AdjustedMember = { agreement: 1, departure: 1, size: 1 };

/** The claim as a reading has it. Throws where that makes another claim of it, or one that cannot be tested. */
function readAs(claim: Claim, reading: string, evidence: Evidence): Claim {
  const read = evidence.claimUnder?.(claim, reading) ?? claim;
  for (const field of ["id", "kind", "family"] as const)
    if (read[field] !== claim[field])
      throw new HarnessError(
        `The reading "${reading}" changes the ${field} of claim "${claim.id}", ${claim[field]}, to ${read[field]}; ` +
          "a reading may change what a claim says, not which claim it is.",
        EXIT.cannotJudge,
      );
  requireDeclared(read);
  return read;
}

function measure(claim: TestableClaim, reading: string, evidence: Evidence): Case {
  const samples = armsOf(claim).map(
    (arm) => evidence.sample(claim, reading, arm) ?? { arm, reading, observations: [], planned: 0 },
  );
  const arms = armsFrom(samples, claim.quantity, claim.axis);
  const missing = samples.flatMap(({ arm, planned }, i) => {
    const { runs } = arms[i]!;
    if (planned === 0) return [`No run of ${arm} is planned under the reading "${reading}".`];
    if (runs === 0) return [`No run of ${arm} is there.`];
    return runs < planned ? [`${runs} of ${planned} planned runs of ${arm} are there.`] : [];
  });
  const finished = missing.length === 0;
  if (finished) requirePairs(claim, arms);
  const untested = [
    ...(evidence.profile === "paper"
      ? []
      : [`Only the reduced profile "${evidence.profile}" was run; verdicts on the paper need the profile "paper".`]),
    ...(evidence.usesPapersData ? [] : ["The data are a stand-in or an easier version, not the paper's."]),
    ...missing,
    ...[evidence.noEvidence?.(claim, reading) ?? []].flat(),
  ];
  return {
    claim,
    family: claim.family,
    finding: findingOf(claim, arms),
    untested,
    finished,
    conditional: conditionOf(claim, arms),
  };
}

/** A finished paired design has both arms at the same units. */
function requirePairs(claim: TestableClaim, arms: readonly Arm[]): void {
  if ((claim.kind !== "gap" && claim.kind !== "ordering") || claim.design === "unpaired") return;
  const alone = unpaired(arms[0]!, arms[1]!);
  if (alone !== undefined)
    throw new HarnessError(
      `Claim "${claim.id}" is paired, but only one of "${claim.arms[0]}" and "${claim.arms[1]}" has ${alone}.`,
      EXIT.cannotJudge,
    );
}

function verdictOf(one: Case, adjusted: AdjustedMember, reading: string, evidence: Evidence): Judged {
  const { claim, finding, untested } = one;
  const { agreement, departure, size } = adjusted;
  // Against a printed number of other data neither a difference nor a test means anything.
  const comparable = evidence.usesPapersData || !comparesWithPrinted(claim);
  const shown = {
    claimId: claim.id,
    reading,
    estimates: finding.estimates,
    effect: comparable ? finding.effect : null,
    tests: comparable ? testResults(finding, agreement, departure) : [],
    holds: null,
    pointsAsClaimed: finding.pointsAsClaimed,
    directional: null,
    wouldDecide: null,
    smallestShown: null,
  };
  if (untested.length > 0) {
    const scale = scaleOf(evidence);
    const directional = scale && finding.directional(scale);
    return { judgement: { ...shown, verdict: "NOT TESTED", reason: untested.join(" "), directional }, decided: false };
  }
  const stale = evidence.stale?.(claim, reading) ?? null;
  if (stale !== null) return { judgement: { ...shown, verdict: "STALE", reason: stale }, decided: false };
  const decision = finding.decide({ agreement, departure, planningAlpha: alphaOf(claim) / size });
  const smallestShown = decision.shown?.() ?? null;
  const said = [decision.reason, smallestShown && saySmallestShown(smallestShown), one.conditional];
  const reason = said.filter((sentence) => sentence !== null).join(" ");
  const { verdict } = decision;
  const wouldDecide = decision.plan?.() ?? null;
  const judgement = { ...shown, verdict, reason, wouldDecide, smallestShown, holds: holdsBy(verdict) };
  return { judgement, decided: decision.byTest };
}

function conditionOf(claim: TestableClaim, arms: readonly Arm[]): string | null {
  const [arm] = arms.filter(({ means }) => means > 1);
  if (arm === undefined) return null;
  const around = arm.observed.axes.slice(0, arm.observed.axes.indexOf(claim.axis)).join(" and ");
  return `The claim is on the axis "${claim.axis}": the variance is pooled within the ${arm.means} units of ${around}, and it holds for these alone.`;
}

/** Whether a claim sets our value beside a printed one (an ordering or a trend is among our own values). */
function comparesWithPrinted({ kind }: TestableClaim): boolean {
  return kind === "point" || kind === "gap" || kind === "range";
}

/** Where the evidence comes from, as a sentence begins; null for the paper's own profile and data. */
function scaleOf({ profile, usesPapersData }: Evidence): string | null {
  if (profile !== "paper") return `At ${profile} scale`;
  return usesPapersData ? null : "On stand-in data";
}

/** One entry a test; the test of an ordering confirms and contradicts, and shows the larger of its two adjusted p. */
function testResults(finding: Finding, agreement: number, departure: number): TestResult[] {
  const result = (test: RawTest | null, adjustedP: number) => (test === null ? [] : [{ ...test, adjustedP }]);
  if (finding.agreement === finding.departure) return result(finding.agreement, Math.max(agreement, departure));
  return [...result(finding.agreement, agreement), ...result(finding.departure, departure)];
}

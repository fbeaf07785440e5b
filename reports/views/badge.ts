/** A verdict as text, colour and shape: never colour alone. */
import type { PaperVerdict } from "../../harness/contract/claims.ts";

export interface Badge {
  readonly verdict: string;
  readonly tone: "good" | "fair" | "open" | "bad" | "none";
  /** Path in a 16 × 16 box, stroked. */
  readonly icon: string;
  /** What the word means, one sentence. */
  readonly meaning: string;
}

const TICK = "M3 8.5l3.2 3.2L13 4.8";
const BADGES: Readonly<Record<PaperVerdict, Omit<Badge, "verdict">>> = {
  REPRODUCED: {
    tone: "good",
    icon: TICK,
    meaning:
      "A number is statistically equivalent to the printed one within a margin fixed beforehand; an ordering or trend has the claimed direction, significantly.",
  },
  BETTER: {
    tone: "good",
    icon: "M8 13V3.5M3.8 7.5L8 3.3l4.2 4.2",
    meaning: "Our interval lies wholly on the better side of the printed value and its margin.",
  },
  CONSISTENT: {
    tone: "fair",
    icon: "M2.5 6.5c2-2 3.5-2 5.5 0s3.5 2 5.5 0M2.5 10.5c2-2 3.5-2 5.5 0s3.5 2 5.5 0",
    meaning: "The printed value is one that our runs would predict, but equivalence is not shown.",
  },
  INCONCLUSIVE: {
    tone: "open",
    icon: "M5.4 6a2.6 2.6 0 1 1 3.9 2.2c-.9.5-1.3 1-1.3 2M8 12.6v.6",
    meaning: "The runs decide nothing; the table says what would.",
  },
  CONTRADICTED: {
    tone: "bad",
    icon: "M4 4l8 8M12 4l-8 8",
    meaning: "Significantly worse than printed, or the reversed direction, beyond the margin.",
  },
  STALE: {
    tone: "open",
    icon: "M8 4.2v4l2.6 1.8M14 8A6 6 0 1 1 2 8a6 6 0 1 1 12 0",
    meaning: "Tested, but code or data that matters has changed since.",
  },
  "NOT TESTED": {
    tone: "none",
    icon: "M12.6 8a4.6 4.6 0 1 1-9.2 0a4.6 4.6 0 1 1 9.2 0",
    meaning: "Not tested by us: a reduced profile, stand-in data or unfinished runs.",
  },
  "NOT TESTABLE": {
    tone: "none",
    icon: "M3.5 8h9",
    meaning: "Not testable by anyone: the paper gives no number and no measure.",
  },
};

export function badgeOf(verdict: PaperVerdict): Badge {
  return { verdict, ...BADGES[verdict] };
}
/** A claim that nobody judged under this reading, which is not the same as any verdict. */
export const NO_JUDGEMENT: Badge = {
  verdict: "NO JUDGEMENT",
  tone: "none",
  icon: "M3.5 8h9",
  meaning: "The data of this page hold no judgement of this claim under this reading.",
};
/** Where there is no verdict, which way the point estimates lie. */
export const DIRECTION_BADGES = {
  along: {
    verdict: "not tested, points the claimed way",
    tone: "none",
    icon: "M8 3.2L13 12.2H3Z",
    meaning: "No verdict. The point estimate of what was run lies on the claimed side.",
  },
  against: {
    verdict: "not tested, does not point the claimed way",
    tone: "none",
    icon: "M8 12.8L3 3.8H13Z",
    meaning: "No verdict. The point estimate of what was run does not lie on the claimed side.",
  },
} as const satisfies Readonly<Record<string, Badge>>;
/** What the protocol's sources leave to us. */
export const PROTOCOL_BADGES = {
  open: { verdict: "left open", tone: "open", icon: BADGES.INCONCLUSIVE.icon },
  sources: { verdict: "text and code differ", tone: "open", icon: "M3 6h10M3 10h10M10.5 3.2l-5 9.6" },
  ours: { verdict: "ours differs", tone: "fair", icon: "M8 3v10M3 8h10" },
} as const satisfies Readonly<Record<string, Omit<Badge, "meaning">>>;
export const STATE_BADGES: Readonly<Record<string, Omit<Badge, "meaning">>> = {
  finished: { verdict: "finished", tone: "good", icon: TICK },
  diverged: { verdict: "diverged", tone: "bad", icon: BADGES.CONTRADICTED.icon },
  crashed: { verdict: "crashed", tone: "bad", icon: BADGES.CONTRADICTED.icon },
  "timed-out": { verdict: "timed out", tone: "bad", icon: "M8 4v4.2l2.8 1.8M14 8A6 6 0 1 1 2 8a6 6 0 1 1 12 0" },
  absent: { verdict: "no record", tone: "none", icon: BADGES["NOT TESTED"].icon },
};
/** What an audit of printed numbers finds. */
export const AUDIT_BADGES = {
  holds: { verdict: "holds", tone: "good", icon: TICK },
  differs: { verdict: "differs", tone: "bad", icon: BADGES.CONTRADICTED.icon },
  "cannot say": { verdict: "cannot say", tone: "open", icon: BADGES.INCONCLUSIVE.icon },
  possible: { verdict: "possible", tone: "good", icon: TICK },
  impossible: { verdict: "impossible", tone: "bad", icon: BADGES.CONTRADICTED.icon },
  "says nothing": { verdict: "says nothing", tone: "open", icon: BADGES.INCONCLUSIVE.icon },
  "not computable": { verdict: "not computable", tone: "none", icon: BADGES["NOT TESTABLE"].icon },
} as const satisfies Readonly<Record<string, Omit<Badge, "meaning">>>;

/** Everything a report page shows of one suite, as plain data; the JSON beside the page is this without the pictures. */
import type { Claim, Judgement, Sample } from "../contract/claims.ts";
import type { Figure } from "../contract/figures.ts";
import type { PaperInfo } from "../contract/paper.ts";
import type { OpenQuestion, Reading } from "../contract/readings.ts";
import type { RunRecord } from "../contract/run.ts";
import type { Plan, ProtocolField } from "../contract/suite.ts";
import type { PaperCost } from "../plan/paper-cost.ts";

export interface ReportData {
  /** Null for a suite that tests the harness itself. */
  readonly paper: PaperInfo | null;
  readonly suite: { readonly id: string; readonly title: string; readonly version: number; readonly place: string };
  readonly plan: Plan;
  /** False for a stand-in or an easier version of the paper's data. */
  readonly usesPapersData: boolean;
  readonly readings: readonly Reading[];
  readonly readingAxes: readonly OpenQuestion[];
  readonly metrics: readonly { readonly key: string; readonly unit: string; readonly meaning: string }[];
  readonly protocol: readonly ProtocolField[];
  readonly claims: readonly Claim[];
  readonly judgements: readonly Judgement[];
  /** Per claim, reading and arm: what was judged. */
  readonly samples: readonly (Sample & { readonly metric: string })[];
  readonly records: readonly RunRecord[];
  readonly figures: readonly Figure[];
  /** Problems a reader must know of: unreadable store files, runs that crashed, engine fallbacks. */
  readonly warnings: readonly string[];
  /** What the paper profile would take; null where it was not timed. */
  readonly paperCost: PaperCost | null;
  readonly generatedAt: string;
  readonly command: string;
}

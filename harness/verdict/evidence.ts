/** Evidence: the input of `judge`. */
import type { Claim, Sample } from "../contract/claims.ts";
import type { Profile } from "../contract/run.ts";

/** The runs of a profile as `judge` reads them: samples by claim and reading, and the reasons why some are not evidence. */
export interface Evidence {
  readonly profile: Profile;
  /** False for a stand-in or an easier version of the data. */
  readonly usesPapersData: boolean;
  /** Runs of each arm at the planned analyses, ascending; absent where claims are judged once, on all planned runs. */
  readonly analyses?: readonly number[] | undefined;
  /** Ids of the readings of the paper, run by this profile or not; the first is the primary one. */
  readonly readings: readonly string[];
  /** A claim as a reading of the paper has it, e.g. with its printed SD taken as one of ddof 0; its id, kind and family stay. */
  claimUnder?(claim: Claim, reading: string): Claim;
  /** Units of one arm on the claim's axis, failed runs included; null where there are no such runs. */
  sample(claim: Claim, reading: string, arm: string): Sample | null;
  /** Why the runs behind a claim are no evidence, e.g. two of them the same; null when they are. */
  noEvidence?(claim: Claim, reading: string): string | null;
  /** Why the runs behind a claim no longer stand (code or data changed since); null when they do. */
  stale?(claim: Claim, reading: string): string | null;
}

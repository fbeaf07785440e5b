/** What a compare found, as its page and its JSON show it. */
import type { Provenance } from "../contract/run.ts";
import type { Plan, Suite } from "../contract/suite.ts";
import type { Change } from "./judge-change.ts";

/** Where the runs of one side come from. */
export interface SideOrigin {
  readonly revision: string | null;
  /** Null outside a git repository. */
  readonly dirty: boolean | null;
  readonly sourceSha256: string;
  readonly lockfileSha256: string | null;
  readonly engine: Provenance["engine"];
  readonly machine: Provenance["machine"];
  /** Version of the model in each slot. */
  readonly models: Readonly<Record<string, number>>;
}
/** What the baseline's side is. */
export type BaselineSource =
  | { readonly kind: "file"; readonly file: string; readonly acceptedAt: string; readonly note: string | null }
  /** `asked`: as a person named it. */
  | { readonly kind: "revision"; readonly asked: string };

/** The last look at the runs. */
export interface Look {
  /** From 1 on. */
  readonly number: number;
  /** Level of every test and interval of it. */
  readonly alpha: number;
  /** Runs of each arm on each side. */
  readonly replicates: number;
  /** Runs of each arm in the baseline, before more were added; the look may cover fewer of them. */
  readonly baselineHad: number;
  /** Why there was no further one. */
  readonly stopped: string;
}
/** "a (not b)" */
export const slotsInWords = ({ judged, left }: ChangeData["slots"]): string =>
  `${judged.join(", ")}${left.length === 0 ? "" : ` (not ${left.join(", ")})`}`;

/** A compare that would decide INCONCLUSIVE comparisons, with 80 % power if the present estimates are true. */
export interface NextCompare {
  /** Runs of each arm on each side. */
  readonly replicates: number;
  /** Number of INCONCLUSIVE comparisons that this compare would decide, of `open`. */
  readonly decides: number;
  readonly open: number;
  /** Shell command, to run in the project's folder. */
  readonly command: string;
  /** The same command on unused seeds; null while runs are being added, since those looks have their own levels. */
  readonly fresh: string | null;
}
export interface ChangeData {
  readonly suite: Pick<Suite, "id" | "title" | "version" | "place">;
  readonly plan: Pick<Plan, "profile" | "budget" | "scope">;
  readonly engineClass: string;
  readonly rootSeed: string;
  /** A person's own model, or null: the code as it is. */
  readonly module: {
    readonly slot: string;
    readonly path: string;
    readonly sha256: string;
    readonly id: string;
    readonly version: number;
  } | null;
  readonly baseline: SideOrigin & { readonly source: BaselineSource };
  readonly candidate: SideOrigin;
  readonly look: Look;
  /** Judged slots, and slots of the plan that are left out. */
  readonly slots: { readonly judged: readonly string[]; readonly left: readonly string[] };
  /** In rising order of replicates. */
  readonly next: readonly NextCompare[];
  readonly change: Change;
  readonly warnings: readonly string[];
  readonly generatedAt: string;
  readonly command: string;
}

/** Today's runs of a suite: taken from the main store where this code made them, done anew where not. */

import { resolve } from "node:path";
import type { Plan, Suite } from "../contract/suite.ts";
import { EXIT, HarnessError } from "../errors.ts";
import { CHECKPOINT_MS, doRuns, lockStore } from "../execute/do-runs.ts";
import type { OpenEngine } from "../execute/open-engine.ts";
import { placesOf } from "../plan/places.ts";
import { withNeeded } from "../plan/plan-of.ts";
import { thisProject } from "../project.ts";
import { moduleSha256 } from "../provenance/module-hash.ts";
import type { Origin } from "../provenance/provenance.ts";
import { readOrigin } from "../provenance/provenance.ts";
import { adopt, candidateFolder, codeOf, codeOfArms, codeSha256 } from "../revisions/candidate.ts";
import { type RunPlace, Store } from "../store/store.ts";
import type { SignalWatch } from "../terminal/signals.ts";
import type { CheckedModel } from "./changed-slot.ts";

export interface CandidateOptions {
  readonly suite: Suite;
  readonly plan: Plan;
  readonly changed: CheckedModel | null;
  /** The only slot in the plan; undefined for all slots. */
  readonly slot: string | undefined;
  /** Folder of the main store. */
  readonly folder: string;
  readonly seed: string;
  readonly workers: number | undefined;
  readonly signals: SignalWatch;
}
export interface CandidateRuns {
  /** Its own: the main store is only read. */
  readonly store: Store;
  readonly places: readonly RunPlace[];
  readonly origin: Origin;
}

/** Makes the runs of a plan that no store holds, with today's code. Resolves after an abort too. */
export async function candidateRuns(opened: OpenEngine, options: CandidateOptions): Promise<CandidateRuns> {
  const { suite, plan, changed, slot, seed, signals } = options;
  const engineClass = opened.engine.class;
  const main = Store.open(resolve(options.folder), { create: true });
  const origin = await readOrigin(thisProject().root, seed, suite.id);
  const folder = candidateFolder(main.folder, origin, changed?.sha256 ?? null);
  const lock = await lockStore(folder, `npm run compare ${suite.id}`);
  try {
    const store = Store.open(folder, { create: true });
    const places = placesOf(plan, engineClass, seed);
    const isChanged = ({ spec }: RunPlace): boolean => spec.suite === suite.id && spec.model === changed?.slot;
    const today = codeOfArms(thisProject().root);
    for (const place of withNeeded(places)) if (!isChanged(place)) adopt(main, store, place, today(place.spec));
    await doRuns({
      opened,
      store,
      wanted: places,
      what: `${suite.title}, ${changed ? `${changed.model.id} as ${changed.slot}` : slot === undefined ? "today's code" : `today's ${slot}`}: ${places.length} runs of the ${plan.budget} budget`,
      seed,
      workers: options.workers,
      checkpointMs: CHECKPOINT_MS,
      timeoutMs: null,
      signals,
    });
    return { store, places, origin };
  } finally {
    await lock.release();
  }
}

/** Worker processes read the code as they start. Throws HarnessError when it is not what it was. */
export function requireUnchanged({ suite, changed }: CandidateOptions, { origin, store }: CandidateRuns): void {
  const same =
    codeSha256(codeOf(thisProject().root, { suite: suite.id })) === codeSha256(origin) &&
    (!changed || moduleSha256(changed.module) === changed.sha256);
  if (same) return;
  throw new HarnessError(
    `STALE: the code of ${suite.id} has changed while its runs were done, so nobody can say what they are of. Run the same command again. Runs of the code before are in ${store.folder}; remove that folder if some may be of both.`,
    EXIT.cannotJudge,
  );
}

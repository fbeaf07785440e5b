/** A compare: runs of both sides, look by look, until one verdict is final. */

import { availableParallelism } from "node:os";
import type { RunRecord } from "../contract/run.ts";
import type { Suite } from "../contract/suite.ts";
import { EXIT, type ExitCode, HarnessError } from "../errors.ts";
import { interruptible } from "../execute/do-runs.ts";
import { type OpenEngine, withEngine } from "../execute/open-engine.ts";
import { resolveRevision } from "../revisions/worktree.ts";
import { say } from "../terminal/output.ts";
import { duration } from "../terminal/progress.ts";
import type { SignalWatch } from "../terminal/signals.ts";
import { CHANGED_MODEL } from "../worker/changed-model.ts";
import { replicatesOf } from "./acceptable.ts";
import { baselineRun } from "./baseline.ts";
import { currentBaselines } from "./baseline-files.ts";
import type { ChangeData } from "./change-data.ts";
import { changeOf, choiceOf } from "./change-of.ts";
import { short, sourceInWords } from "./change-text.ts";
import { checkedModel, requireSlot } from "./changed-slot.ts";
import { adviceOn, baselinesFolder, noBaseline, requireComparable } from "./comparable.ts";
import { nextCompares } from "./compare-command.ts";
import { comparisonsOf } from "./comparisons.ts";
import { type ChangeVerdict, judgeChange } from "./judge-change.ts";
import { levelOf, runsAt } from "./looks.ts";
import { ALPHA } from "./measure-change.ts";
import {
  baselineSide,
  type Compare,
  type CompareOptions,
  candidateSide,
  firstLook,
  requireSameParameters,
  requireSameRuns,
} from "./sides.ts";

/**
 * Judges today's code, or the model of `args.model` in its slot, and hands what was found to `publish`; resolves to the exit
 * code of `publish`, of a signal, or of runs that crashed. Throws HarnessError for wrong use, NO BASELINE, NOT COMPARABLE
 * and STALE.
 */
export function compare(
  suite: Suite,
  args: CompareOptions,
  publish: (data: ChangeData) => Promise<ExitCode>,
): Promise<ExitCode> {
  if (args.rev !== undefined && args.baseline !== undefined)
    throw new HarnessError("--rev and --baseline each name what to compare with. Give one of them.");
  if (args.model === undefined) requireSlot(suite, args);
  return interruptible(async (signals) => {
    const revision = args.rev === undefined ? undefined : await resolveRevision(args.rev);
    const history = currentBaselines(baselinesFolder(), suite.id);
    if (history.length === 0 && revision === undefined && args.baseline === undefined)
      throw noBaseline({ suite, ...args }, "of this suite");
    const changed = await checkedModel(suite, args, signals);
    if (changed)
      process.env[CHANGED_MODEL] = JSON.stringify({ suite: suite.id, slot: changed.slot, module: changed.module });
    return withEngine({ requested: args.engine }, (opened) =>
      compareOn(
        opened,
        {
          args,
          suite: changed?.inPlace ?? suite,
          changed,
          slot: changed?.slot ?? args.slot,
          history,
          revision,
          signals,
        },
        publish,
      ),
    );
  });
}

async function compareOn(
  opened: OpenEngine,
  compare: Compare,
  publish: (data: ChangeData) => Promise<ExitCode>,
): Promise<ExitCode> {
  const { args, suite, slot, signals } = compare;
  const started = performance.now();
  const side = await baselineSide(opened, compare);
  if (!side) return tellInterrupted(signals);
  const had = replicatesOf(side.baseline);
  const first = firstLook(args, had);
  requireSameRuns(opened, compare, side, side.baseline.runs, Math.min(first, had));
  await requireSameParameters(opened, compare, side);
  if (first < had)
    say(
      `The baseline has ${had} runs of each arm: the first ${first} of both sides are judged, as --replicates asks for.`,
    );
  for (let look = 1; ; look++) {
    const replicates = runsAt(look, first);
    const before = await side.upTo(replicates);
    if (!before) return tellInterrupted(signals);
    for (const warning of before.warnings) say(`Warning: ${warning}`);
    requireSameRuns(opened, compare, side, before.runs, replicates);
    const candidate = await candidateSide(opened, compare, replicates);
    if (typeof candidate === "number") return candidate;
    const compared = before.runs.filter(({ model }) => slot === undefined || model === slot);
    const { comparisons, differences } = comparisonsOf(suite.regression, compared, candidate.records.map(baselineRun));
    requireComparable(sourceInWords(side.source), differences, adviceOn(side.source));
    if (comparisons.length === 0)
      throw new HarnessError(`The suite ${suite.id} declares no metric to compare by (regression).`, EXIT.cannotJudge);
    const alpha = args.timeLimitMs === undefined ? ALPHA : levelOf(look);
    const change = judgeChange(comparisons, alpha, args.timeLimitMs === undefined ? null : levelOf(look + 1));
    const spent = performance.now() - started;
    const oneMore = replicateMs(candidate.records, args.workers) * 2;
    const stopped = whyStop(change.verdict, args, spent, runsAt(look + 1, first), replicates, oneMore);
    say(
      `${replicates} runs of each arm on each side: ${change.verdict} at level ${short(alpha)}${stopped === null ? `; going on with ${runsAt(look + 1, first)}` : `. ${stopped}`}`,
    );
    if (stopped === null) continue;
    const taken = { number: look, alpha, replicates, baselineHad: had, stopped };
    return publish({
      ...changeOf(compare, opened, side, before, candidate, compared),
      change,
      look: taken,
      next: nextCompares(suite, choiceOf(compare), change, taken, side.baseline.provenance.revision, first, oneMore),
    });
  }
}

/**
 * Null if another look follows, with `next` runs of each arm instead of `now`. `oneMore`: estimated milliseconds of one
 * more run of each arm on both sides.
 */
function whyStop(
  verdict: ChangeVerdict,
  { timeLimitMs, replicates }: CompareOptions,
  spent: number,
  next: number,
  now: number,
  oneMore: number,
): string | null {
  if (timeLimitMs === undefined)
    return "One look. To add runs until it is decided, begin with --budget: its looks are stricter.";
  if (verdict !== "INCONCLUSIVE") return "Decided.";
  if (replicates !== undefined && next > replicates)
    return `The next look has ${next} runs of each arm, and --replicates allows ${replicates}.`;
  const further = (next - now) * oneMore;
  if (spent + further <= timeLimitMs) return null;
  return `The budget is ${duration(timeLimitMs)}, ${duration(spent)} are spent, and more runs would take about ${duration(further)}.`;
}

/** One more run of each arm, by as many workers as there are. */
function replicateMs(records: readonly RunRecord[], workers: number | undefined): number {
  const all = records.reduce((sum, { provenance }) => sum + provenance.durationMs, 0);
  const replicates = new Set(records.map(({ spec }) => spec.replicate)).size;
  return all / replicates / (workers ?? availableParallelism());
}

function tellInterrupted(signals: SignalWatch): ExitCode {
  say(`Stopped by ${signals.received}. Nothing is lost; run the same command again to go on.`);
  return signals.exitCode;
}

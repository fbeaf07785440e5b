/** `--model` and `--slot`: which module takes which slot, checked in a process of its own before any run. */
import { existsSync } from "node:fs";
import { resolve } from "node:path";
import type { Profile } from "../contract/run.ts";
import type { SlotModel, Suite } from "../contract/suite.ts";
import { EXIT, type ExitCode, HarnessError, unknownName } from "../errors.ts";
import { neededIn } from "../plan/places.ts";
import { moduleSha256 } from "../provenance/module-hash.ts";
import type { SignalWatch } from "../terminal/signals.ts";
import { type ChangedModel, loadModel, putIn } from "../worker/changed-model.ts";
import { WorkerFailed } from "../worker/pool.ts";
import { countsInWords, type ParameterCounts } from "./baseline.ts";
import { withCheckWorker } from "./slot-parameters.ts";

/** A module whose model passed the checks. */
export interface CheckedModel extends ChangedModel {
  readonly sha256: string;
  readonly model: SlotModel;
  /** The suite with it in its slot. */
  readonly inPlace: Suite;
}

/** A module may not come to an end: its check is given up after this. */
const CHECK_MS = 120_000;

export interface ModelChoice {
  readonly model?: string;
  readonly slot?: string;
  readonly seed: string;
  readonly otherParameters: boolean;
}

/** Throws HarnessError that says what is wrong with the module or the slot. */
export async function checkedModel(
  suite: Suite,
  choice: ModelChoice,
  signals: SignalWatch,
): Promise<CheckedModel | null> {
  if (choice.model === undefined) return null;
  const module = resolve(choice.model);
  const slot = slotOf(suite, choice.slot);
  if (!existsSync(module))
    throw new HarnessError(`There is no file ${module}. --model takes the path of a TypeScript or JavaScript module.`);
  const sha256 = moduleSha256(module);
  const plan = suite.plan("smoke", "cpu", { rootSeed: choice.seed });
  const spec = plan.runs.find((run) => run.model === slot);
  if (!spec) throw new TypeError(`suite ${suite.id} plans no run of its slot "${slot}"`);
  const checked = await withCheckWorker(async (worker) => {
    const late = setTimeout(() => worker.kill(), CHECK_MS);
    const stop = (): void => worker.kill();
    signals.signal.addEventListener("abort", stop);
    try {
      return await worker.ask({ type: "check", spec, needs: neededIn(plan)(spec), rootSeed: choice.seed, module }, [
        "checked",
      ]);
    } catch (error) {
      if (!(error instanceof WorkerFailed)) throw error;
      if (error.exitCode !== null) throw new HarnessError(error.message, error.exitCode as ExitCode);
      throw new HarnessError(
        `${module} did not get through its check (import, build, one step): ${error.message}.`,
        EXIT.wrongUse,
        { cause: error },
      );
    } finally {
      clearTimeout(late);
      signals.signal.removeEventListener("abort", stop);
    }
  });
  if (!choice.otherParameters)
    requireSameParameters(`the slot "${slot}" at the smoke profile`, checked.parameters, checked.moduleParameters!);
  const model = await loadModel(module);
  return { suite: suite.id, slot, module, sha256, model, inPlace: putIn(suite, slot, model) };
}

/** Throws HarnessError if the suite has no runs in the slot. */
export function requireSlot(suite: Suite, { slot, profile, seed }: SlotChoice): void {
  if (slot === undefined) return;
  const slots = new Set(suite.plan(profile, "any", { rootSeed: seed }).runs.map(({ model }) => model));
  if (!slots.has(slot)) throw unknownName("slot", slot, [...slots]);
}
interface SlotChoice {
  readonly slot?: string;
  readonly profile: Profile;
  readonly seed: string;
}

/** Throws HarnessError (NOT COMPARABLE) where the groups or their sizes differ. */
export function requireSameParameters(where: string, before: ParameterCounts, now: ParameterCounts): void {
  const [expected, got] = [countsInWords(before), countsInWords(now)];
  if (expected === got) return;
  throw new HarnessError(
    `NOT COMPARABLE: parameters of ${where}: baseline ${expected}; now ${got}. Give --other-parameters to compare models of other sizes.`,
    EXIT.cannotJudge,
  );
}

function slotOf(suite: Suite, asked: string | undefined): string {
  const slots = Object.keys(suite.slots ?? {});
  if (slots.length === 0 || !suite.withModel)
    throw new HarnessError(`The suite ${suite.id} has no slots: it runs no model that another could replace.`);
  if (asked === undefined && slots.length > 1)
    throw new HarnessError(
      `Name the slot that the model takes with --slot. Slots of ${suite.id}: ${slots.join(", ")}.`,
    );
  const slot = asked ?? slots[0]!;
  if (!slots.includes(slot)) throw unknownName("slot", slot, slots);
  return slot;
}

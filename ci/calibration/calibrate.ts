/**
 * Writes the result page of the calibration: node --import tsx ci/calibration/calibrate.ts [--studies 5000] [--out FILE].
 * Exits 1 where a rate that a procedure claims is above nominal.
 */
import { writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { HarnessError, messageOf } from "../../harness/errors.ts";
import { page } from "./page.ts";
import type { Procedure } from "./procedure.ts";
import { PROCEDURES, TRIED } from "./procedures.ts";
import { VERDICTS_UNDER_SHIFT } from "./shifts.ts";
import { above, judged, type Rate, ratesOf, simultaneousAlpha } from "./simulate.ts";

const SEED = "calibration";

function studiesFrom(given: string): number {
  const studies = Number(given);
  if (!Number.isInteger(studies) || studies < 1)
    throw new HarnessError(`--studies ${given} is no number of studies; give a whole number, at least 1.`);
  return studies;
}

/** Rates of all `procedures`, each one's time on the error stream. */
function measured(procedures: readonly Procedure[], studies: number): Rate[] {
  return procedures.flatMap((procedure) => {
    const started = performance.now();
    const found = ratesOf(procedure, studies, SEED);
    console.error(`${((performance.now() - started) / 1000).toFixed(1).padStart(6)} s  ${procedure.title}`);
    return found;
  });
}

function calibrate(): void {
  const { values } = parseArgs({
    options: {
      studies: { type: "string", default: "5000" },
      out: { type: "string", default: "reports/calibration.md" },
    },
  });
  const studies = studiesFrom(values.studies);
  const [rates, tried, shifted] = [PROCEDURES, TRIED, VERDICTS_UNDER_SHIFT].map((some) => measured(some, studies));
  writeFileSync(values.out, page(rates!, tried!, { seed: SEED, studies }, shifted!));
  const alpha = simultaneousAlpha(rates!);
  const wrong = judged(rates!).filter((rate) => above(rate, alpha)).length;
  console.log(`${values.out}: ${wrong} of ${judged(rates!).length} rates that are held to it are above nominal`);
  if (wrong > 0) process.exitCode = 1;
}

try {
  calibrate();
} catch (error) {
  console.error(messageOf(error));
  process.exitCode = error instanceof HarnessError ? error.exitCode : 2;
}

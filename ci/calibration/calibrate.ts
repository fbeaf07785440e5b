/** Writes the result page of the calibration: node --import tsx ci/calibration/calibrate.ts [--studies 5000] [--out FILE] */
import { writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { HarnessError, messageOf } from "../../harness/errors.ts";
import { page } from "./page.ts";
import { PROCEDURES } from "./procedures.ts";
import { above, ratesOf, simultaneousLevel } from "./simulate.ts";

const SEED = "calibration";

function studiesFrom(given: string): number {
  const studies = Number(given);
  if (!Number.isInteger(studies) || studies < 1)
    throw new HarnessError(`--studies ${given} is no number of studies; give a whole number, at least 1.`);
  return studies;
}

function calibrate(): void {
  const { values } = parseArgs({
    options: {
      studies: { type: "string", default: "5000" },
      out: { type: "string", default: "reports/calibration.md" },
    },
  });
  const studies = studiesFrom(values.studies);
  const rates = PROCEDURES.flatMap((procedure) => {
    const started = performance.now();
    const found = ratesOf(procedure, studies, SEED);
    console.error(`${((performance.now() - started) / 1000).toFixed(1).padStart(6)} s  ${procedure.title}`);
    return found;
  });
  writeFileSync(values.out, page(rates, { seed: SEED, studies }));
  const level = simultaneousLevel(rates);
  console.log(`${values.out}: ${rates.filter((rate) => above(rate, level)).length} rates above nominal`);
}

try {
  calibrate();
} catch (error) {
  console.error(messageOf(error));
  process.exitCode = error instanceof HarnessError ? error.exitCode : 2;
}

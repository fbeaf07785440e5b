/** Stacked runs beside the same runs one after the other. */
import { join } from "node:path";
import type { BenchCase } from "../../harness/bench/case.ts";
import { HarnessError } from "../../harness/errors.ts";
import { ROOT } from "../source-tree.ts";
import { openAll } from "./steps.ts";

const TRAININGS = 5;

export const stackedCases: readonly BenchCase[] = [
  {
    id: "stacked-ali",
    title: `an update of a stack of ${TRAININGS} runs of the toy's ALI, the paper's networks, batch 100`,
    conditions: `One thread; beside it one update of each of ${TRAININGS} runs alone, in turn in one process.`,
    quick: false,
    peers: [],
    alternations: 7,
    open({ engine, core }) {
      if (engine !== undefined && engine !== "tensorflow")
        throw new HarnessError(`stacked-ali is for the tensorflow engine alone, got --engine ${engine}.`);
      const served = (name: string, how: "stacked" | "alone") => {
        const script = join(ROOT, "ci/bench/serve-stacked.ts");
        const command = [process.execPath, "--import", "tsx", script, how, String(TRAININGS)] as const;
        return { name, command, core, steps: 10 };
      };
      return openAll([served("stacked", "stacked"), served("alone", "alone")]);
    },
  },
];

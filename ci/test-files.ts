/** Which test files run: an explicit list, since Node 20's runner neither finds TypeScript nor minds finding nothing. */
import { HarnessError } from "../harness/errors.ts";

/** Ten seconds to four minutes each on one core, the longest first; they begin first. `--fast` leaves them out. */
export const SLOW: readonly string[] = [
  "harness/execute/slurm/slurm.test.ts",
  "harness/cli/compare-revisions.test.ts",
  "harness/cli/compare-replicates.test.ts",
  "harness/cli/compare.test.ts",
  "harness/cli/bisect.test.ts",
  "harness/cli/cli.test.ts",
  "harness/revalidate/revalidate.test.ts",
  "baselines/models/stacked.test.ts",
  "reports/browser.test.ts",
  "baselines/models/classifiers.test.ts",
  "ci/calibration/calibration.test.ts",
  "harness/execute/stack.test.ts",
  "harness/execute/kill.test.ts",
  "harness/execute/faults.test.ts",
  "ci/campaign/campaign.test.ts",
  "harness/engine/status.test.ts",
  "harness/cli/audit.test.ts",
  "harness/cli/reproduce.test.ts",
  "baselines/models/ali/image-model.test.ts",
  "suites/theory/suite.test.ts",
  "harness/execute/needs.test.ts",
  "harness/cli/collect.test.ts",
  "harness/cli/history.test.ts",
  "harness/cli/disk.test.ts",
  "harness/cli/dataset.test.ts",
  "harness/cli/verify.test.ts",
];

export interface TestChoice {
  /** Parts of paths; without any all files are chosen. */
  readonly patterns: readonly string[];
  readonly fast: boolean;
}

/** The chosen ones of all test files, slow ones first: a long one that begins last runs alone. @throws HarnessError when there are none, or none for one of the patterns. */
export function chooseTests(all: readonly string[], { patterns, fast }: TestChoice): string[] {
  if (all.length === 0) throw new HarnessError("No *.test.ts was found: is this the whole source tree?");
  for (const pattern of patterns)
    if (!all.some((path) => path.includes(pattern)))
      throw new HarnessError(`No test file's path contains "${pattern}". Test files:\n  ${all.join("\n  ")}`);
  const slow = SLOW.filter((path) => all.includes(path));
  const chosen = [...slow, ...all.filter((path) => !slow.includes(path))]
    .filter((path) => patterns.length === 0 || patterns.some((pattern) => path.includes(pattern)))
    .filter((path) => !fast || !SLOW.includes(path));
  if (chosen.length === 0)
    throw new HarnessError(`Only slow tests match "${patterns.join('", "')}", and --fast leaves them out.`);
  return chosen;
}

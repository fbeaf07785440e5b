/** How a suite's metrics went over its accepted baselines. */

import { baselineHistories } from "../compare/baseline-files.ts";
import { short } from "../compare/change-text.ts";
import { baselinesFolder, noBaseline } from "../compare/comparable.ts";
import { type MetricHistory, metricHistories } from "../compare/metric-history.ts";
import { EXIT } from "../errors.ts";
import { thisProject } from "../project.ts";
import { sparkline } from "../terminal/sparkline.ts";
import { findSuite, jsonOption } from "./options.ts";
import type { Parts } from "./parts.ts";
import { type LoadedVerb, verb } from "./verb.ts";

export function historyCommand(parts: Parts): LoadedVerb {
  return verb({
    positionals: { id: { required: true, describe: `One of: ${parts.suites.map((s) => s.id).join(", ")}` } },
    options: jsonOption,
    epilogue:
      "A step is a change point of E-divisive (Matteson and James 2014), which way it went, and how sure that is. Baselines of an older suite version are left out; those of each root seed are a series. Of times whole baselines change places, which takes ten of them, and a step well inside, before one can be marked.",
    async run(args) {
      const { id, json } = args;
      const suite = findSuite(parts.suites, id);
      const histories = baselineHistories(baselinesFolder(), suite.id);
      if (histories.length === 0)
        throw noBaseline({ suite, profile: "quick", seed: thisProject().rootSeed }, "of this suite");
      const told = histories.map((history) => {
        const { budget, engineClass, suiteVersion } = history.at(-1)!.baseline;
        const baselines = history.map(({ baseline }) => baseline);
        const older = baselines.filter((baseline) => baseline.suiteVersion !== suiteVersion).length;
        return { budget, engineClass, suiteVersion, older, metrics: metricHistories(baselines, suite.regression) };
      });
      if (json) console.log(JSON.stringify({ suite: suite.id, histories: told }));
      else
        for (const { budget, engineClass, suiteVersion, older, metrics } of told) {
          const left = older === 0 ? "" : `; ${older} of older versions left out`;
          console.log(`${suite.id}, ${budget}, ${engineClass}, suite version ${suiteVersion}${left}`);
          for (const metric of metrics) console.log(historyText(metric));
        }
      return EXIT.done;
    },
  });
}

/** A line that names the metric, and one for each baseline. */
export function historyText({ rootSeed, slot, setting, label, better, points }: MetricHistory): string {
  const line = sparkline(
    points.map(({ mean }) => mean),
    40,
  );
  return [
    `  ${slot}, ${setting}, root seed ${rootSeed}: ${label}, ${better} is better  ${line}`,
    ...points.map(({ revision, acceptedAt, n, failed, mean, sd, step }) => {
      const value = mean === null ? "failed runs: ranks" : `${short(mean)}${sd === null ? "" : ` ± ${short(sd)}`}`;
      const runs = `(${n}${failed > 0 ? `, ${failed} failed` : ""})`;
      const by = step?.size == null ? "" : ` by ${short(Math.abs(step.size))}`;
      const marked = step === null ? "" : `  ← ${step.direction.toUpperCase()}${by}, p = ${short(step.p)}`;
      return `    ${acceptedAt.slice(0, 10)}  ${revision.slice(0, 7)}  ${value} ${runs}${marked}`;
    }),
  ].join("\n");
}

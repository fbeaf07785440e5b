/** Accepts what the store holds of a suite as the baseline that later code is compared with. */

import { join, relative } from "node:path";
import { ACCEPTED, replicatesOf } from "../compare/acceptable.ts";
import { type Baseline, differencesOf } from "../compare/baseline.ts";
import { currentBaseline, writeBaseline } from "../compare/baseline-files.ts";
import { changeTable, nextInWords } from "../compare/change-text.ts";
import { nextCompares } from "../compare/compare-command.ts";
import { comparisonsOf } from "../compare/comparisons.ts";
import { judgeChange } from "../compare/judge-change.ts";
import { storedBaseline } from "../compare/stored-baseline.ts";
import type { Profile } from "../contract/run.ts";
import type { Suite } from "../contract/suite.ts";
import { isStackedClass } from "../engine/engine.ts";
import { EXIT, type ExitCode } from "../errors.ts";
import { lockFolder } from "../files/lock.ts";
import type { StoredPlan } from "../plan/stored-plans.ts";
import { thisProject } from "../project.ts";
import { say } from "../terminal/output.ts";
import { findSuite, notEmpty, profileOption, seedOption, storeOption } from "./options.ts";
import type { Parts } from "./parts.ts";
import { type LoadedVerb, verb } from "./verb.ts";

export function acceptCommand(parts: Parts): LoadedVerb {
  return verb({
    positionals: { id: { required: true, describe: `One of: ${parts.suites.map((s) => s.id).join(", ")}` } },
    options: {
      ...profileOption,
      engine: {
        type: "string",
        describe: "Engine or engine class of the runs, e.g. tensorflow-cpu; needed where the store holds several",
      },
      ...seedOption,
      ...storeOption,
      note: {
        type: "string",
        describe: "Why it is accepted; kept in the file",
        coerce: (value: string) => notEmpty("note", value),
      },
    },
    examples: [
      [
        `$0 accept ${parts.example.suite} -- --note "batch norm in float64"`,
        `the results of npm run suite ${parts.example.suite}`,
      ],
    ],
    run: (args) => accept(parts, args),
  });
}

interface AcceptArguments {
  readonly id: string;
  readonly profile: Profile;
  readonly engine?: string;
  readonly seed: string;
  readonly store: string;
  readonly note?: string;
}

async function accept(parts: Parts, args: AcceptArguments): Promise<ExitCode> {
  const suite = findSuite(parts.suites, args.id);
  const { baseline, stored } = await storedBaseline(suite, args, { verb: "accept", what: "a baseline" });
  const root = join(thisProject().root, ACCEPTED);
  const lock = await lockFolder(root, "The folder", "npm run accept", "Wait until it is done.");
  try {
    const previous = currentBaseline(root, baseline);
    const file = writeBaseline(root, baseline);
    console.log(`Accepted: ${file}`);
    if (previous) tellChange(suite, previous.file, previous.baseline, baseline, stored, args.store);
    else console.log("It is the first one of this suite, budget and engine class.");
    say(`Commit it: git add ${relative(process.cwd(), file)}`);
  } finally {
    await lock.release();
  }
  return EXIT.done;
}

function tellChange(
  suite: Suite,
  file: string,
  before: Baseline,
  now: Baseline,
  { plan }: StoredPlan,
  store: string,
): void {
  console.log(`Before it: ${file}`);
  const differing = differencesOf(before, { suite, plan, engineClass: now.engineClass, rootSeed: now.rootSeed });
  const { comparisons, differences } = comparisonsOf(suite.regression, before.runs, now.runs);
  const apart = [...differing, ...differences].map((d) => `${d.field} was ${d.baseline}, is ${d.now}`);
  if (apart.length > 0) console.log(`Not comparable with it: ${apart.join("; ")}.`);
  else if (comparisons.length > 0) {
    const change = judgeChange(comparisons);
    const { profile, rootSeed: seed, provenance, engineClass } = now;
    const choice = { profile, baseline: relative(thisProject().root, file), engine: provenance.engine.id, seed, store };
    const [look, { revision }] = [{ number: 1, replicates: replicatesOf(now) }, before.provenance];
    // Compare does not support stacked runs.
    const next = isStackedClass(engineClass)
      ? []
      : nextCompares(suite, choice, change, look, revision, look.replicates, 0);
    console.log([changeTable(change), ...nextInWords(next)].join("\n"));
  }
}

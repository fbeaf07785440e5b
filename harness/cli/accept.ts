/** Accepts what the store holds of a suite as the baseline that later code is compared with. */
import { join, relative, resolve } from "node:path";
import type { CommandModule } from "yargs";
import { type Baseline, baselineRun, differencesOf } from "../comparing/baseline.ts";
import { currentBaseline, writeBaseline } from "../comparing/baseline-files.ts";
import { comparisonsOf } from "../comparing/comparisons.ts";
import { judgeChange } from "../comparing/judge-change.ts";
import { EXIT, type ExitCode, HarnessError } from "../errors.ts";
import { readOrigin } from "../provenance.ts";
import type { Profile } from "../run.ts";
import { PROJECT } from "../sources.ts";
import { Store } from "../store/store.ts";
import type { Suite } from "../suite.ts";
import { ACCEPTED, acceptable, cleanRevision, runCommand } from "./acceptable.ts";
import { changeTable } from "./change-text.ts";
import { lockFolder } from "./do-runs.ts";
import { findSuite, notEmpty, profileOption, seedOption, storeOption } from "./options.ts";
import { say } from "./output.ts";
import type { Parts } from "./parts.ts";
import { slotParameters, withCheckWorker } from "./slot-parameters.ts";
import { type StoredPlan, storedPlans } from "./stored-plans.ts";

export function acceptCommand(parts: Parts, finish: (code: ExitCode) => void): CommandModule {
  return {
    builder: (yargs) =>
      yargs
        .positional("id", { type: "string", describe: `One of: ${parts.suites.map((s) => s.id).join(", ")}` })
        .options({
          ...profileOption,
          engine: {
            type: "string",
            requiresArg: true,
            describe: "Engine or engine class of the runs, e.g. tensorflow-cpu; needed where the store holds several",
          },
          ...seedOption,
          ...storeOption,
          note: {
            type: "string",
            requiresArg: true,
            describe: "Why it is accepted; kept in the file",
            coerce: (value: string) => notEmpty("note", value),
          },
        })
        .example('$0 accept toy-modes -- --note "batch norm in float64"', "what npm run suite toy-modes gave"),
    handler: async (raw) => finish(await accept(parts, raw as unknown as AcceptArguments)),
  };
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
  const origin = await readOrigin(PROJECT, args.seed, suite.id);
  const revision = await cleanRevision(origin);
  const store = Store.open(resolve(args.store), { create: false });
  const stored = storedPlan(store, suite, args);
  const records = acceptable(store, stored, origin, runCommand(suite, args.profile));
  const { plan, engineClass, rootSeed } = stored;
  const parameters = await withCheckWorker((worker) => slotParameters(worker, suite, plan, rootSeed));
  const { sourceSha256, lockfileSha256 } = origin;
  const { engine, machine } = records[0]!.provenance;
  const baseline: Baseline = {
    format: "reproducibility-baseline",
    version: 1,
    suite: suite.id,
    suiteVersion: suite.version,
    profile: plan.profile,
    budget: plan.budget,
    engineClass,
    rootSeed,
    acceptedAt: new Date().toISOString(),
    note: args.note ?? null,
    provenance: { revision, sourceSha256, lockfileSha256, engine, machine },
    parameters,
    runs: records.map(baselineRun),
  };
  const root = join(PROJECT, ACCEPTED);
  const lock = await lockFolder(root, "The folder", "npm run accept", "Wait until it is done.");
  try {
    const previous = currentBaseline(root, baseline);
    const file = writeBaseline(root, baseline);
    console.log(`Accepted: ${file}`);
    if (previous) tellChange(suite, previous.file, previous.baseline, baseline, stored);
    else console.log("It is the first one of this suite, budget and engine class.");
    say(`Commit it: git add ${relative(process.cwd(), file)}`);
  } finally {
    await lock.release();
  }
  return EXIT.done;
}

/** The one plan that the arguments mean. Throws HarnessError when the store holds none or several. */
function storedPlan(store: Store, suite: Suite, { profile, engine, seed }: AcceptArguments): StoredPlan {
  const ofSeed = storedPlans(store, suite, profile).plans.filter(({ rootSeed }) => rootSeed === seed);
  const plans = ofSeed.filter(
    ({ engineClass }) => engine === undefined || engineClass === engine || engineClass.startsWith(`${engine}-`),
  );
  const classes = ofSeed.map(({ engineClass }) => engineClass);
  if (plans.length === 0)
    throw new HarnessError(
      `The store ${store.folder} holds no runs of ${suite.id}, profile ${profile}, root seed ${seed}${engine === undefined ? "" : `, engine ${engine}`}${classes.length > 0 ? `, only of ${classes.join(", ")}` : ""}. Run ${runCommand(suite, profile)} first.`,
      EXIT.cannotJudge,
    );
  if (plans.length > 1)
    throw new HarnessError(
      `The store ${store.folder} holds runs of ${plans.map((p) => p.engineClass).join(" and ")}. Name one with --engine.`,
    );
  return plans[0]!;
}

function tellChange(suite: Suite, file: string, before: Baseline, now: Baseline, { plan }: StoredPlan): void {
  console.log(`Before it: ${file}`);
  const differing = differencesOf(before, { suite, plan, engineClass: now.engineClass, rootSeed: now.rootSeed });
  const { comparisons, differences } = comparisonsOf(suite.regression, before.runs, now.runs);
  const apart = [...differing, ...differences].map((d) => `${d.field} was ${d.baseline}, is ${d.now}`);
  if (apart.length > 0) console.log(`Not comparable with it: ${apart.join("; ")}.`);
  else if (comparisons.length > 0) console.log(changeTable(judgeChange(comparisons)));
}

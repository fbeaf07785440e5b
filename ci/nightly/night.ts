/**
 * What a night does, in order: the engine, the controls, every suite in `quick`, today's code against the accepted
 * baselines, a regression once more on fresh seeds, and then runs of the paper's profile. Free of processes and files.
 *
 * How often it is wrong: of code that changed nothing some comparison of a suite is REGRESSED in at most 5 of 100 compares,
 * and the same one again on fresh seeds in at most 5 of 100 of those. The fresh seeds are the same as long as the code is:
 * the same code does not get a new chance to be called worse every night.
 */
import { z } from "zod";
import { compared } from "./compared.ts";
import {
  asError,
  type Course,
  failedToJudge,
  Judged,
  MINUTE,
  type Night,
  OUTCOMES,
  type Outcome,
  passed,
  read,
  type Step,
  type StepOutcome,
} from "./course.ts";
import { paperRuns } from "./paper-runs.ts";

export interface NightResult {
  readonly steps: readonly Step[];
  /** What was not run, and why. */
  readonly notRun: readonly string[];
  /** 0 nothing is worse; 1 a confirmed regression; 3 something that is watched could not be judged. */
  readonly exitCode: 0 | 1 | 3;
  readonly summary: string;
}

const Engines = z.object({
  engines: z
    .array(
      z
        .object({ engine: z.string(), state: z.string(), test: z.object({ class: z.string() }).loose().optional() })
        .loose(),
    )
    .min(1),
});

/** What controls must come to: every fault seen, nothing seen where nothing changed. */
const RIGHT = ["REPRODUCED", "CONSISTENT"];
const CONTROLS = "controls";

export async function night(given: Night): Promise<NightResult> {
  const started = given.now();
  const steps: Step[] = [];
  const notRun = [...given.notHere];
  const left = (): number => (given.stopping() ? 0 : given.budgetMs - (given.now() - started));
  const course: Course = {
    given,
    engineClass: "",
    left,
    run: (args) => given.command(args, left()),
    async step(name, work) {
      const began = given.now();
      const message = given.stopping() ? "stopped by a signal" : "the budget is spent";
      const skipped = { outcome: "skipped", message, report: null } as const;
      const done = left() <= 0 ? skipped : await work().catch(asError);
      steps.push({ name, ...done, seconds: (given.now() - began) / 1_000 });
      given.say(`${done.outcome.toUpperCase().padEnd(9)} ${name}: ${done.message}`);
      return done.outcome;
    },
  };
  const engine = await openEngine(course);
  if (engine) {
    const on = onEngine(course, engine);
    const believed = await on.step(CONTROLS, () => controls(on));
    const baselines = new Map(given.suites.map((suite) => [suite, given.baselineOf(suite, engine.class)]));
    const watched = given.suites.filter((suite) => baselines.get(suite));
    if (watched.length === 0)
      await on.step("compare", async () => failedToJudge("there is no accepted baseline: nothing is watched"));
    for (const suite of watched) {
      await on.step(`suite ${suite}`, () => quick(on, suite));
      await on.step(`compare ${suite}`, () => compared(on, suite, baselines.get(suite)!));
    }
    for (const suite of given.suites.filter((one) => !watched.includes(one))) {
      if (left() <= 0) notRun.push(`${suite}: the budget was spent.`);
      else await on.step(`suite ${suite}`, () => quick(on, suite));
    }
    if (believed === "passed") await paperRuns(on);
  }
  const minutes = Math.round((given.now() - started) / MINUTE);
  return { steps, notRun, ...conclude(steps, minutes) };
}

function conclude(steps: readonly Step[], minutes: number): Pick<NightResult, "exitCode" | "summary"> {
  const of = (outcome: Outcome): readonly string[] =>
    steps.filter((one) => one.outcome === outcome).map(({ name }) => name);
  const exitCode = of("failed").length > 0 ? 1 : of("error").length + of("skipped").length > 0 ? 3 : 0;
  const head = exitCode === 0 ? "Good night" : exitCode === 1 ? "REGRESSED" : "COULD NOT JUDGE";
  const words = OUTCOMES.filter((outcome) => of(outcome).length > 0).map((outcome) => {
    const names = outcome === "passed" || outcome === "skipped" ? "" : ` (${of(outcome).join(", ")})`;
    return `${of(outcome).length} ${outcome}${names}`;
  });
  return { exitCode, summary: `${head}: ${words.join(", ")}, ${minutes} min` };
}

/** Every command on the engine of this night. */
const onEngine = (course: Course, { id, class: engineClass }: OpenEngine): Course => ({
  ...course,
  engineClass,
  run: (args) => course.run([...args, "--engine", id]),
});

interface OpenEngine {
  readonly id: string;
  readonly class: string;
}
/** The best engine that works, installed first where it is missing. Undefined where none does. */
async function openEngine({ step, run }: Course): Promise<OpenEngine | undefined> {
  let found: OpenEngine | undefined;
  await step("engine", async () => {
    const status = async () => read(Engines, await run(["engine", "--json"])).engines;
    let engines = await status();
    if (engines[0]!.state === "not installed") {
      const { code } = await run(["engine", "install"]);
      if (code === 0) engines = await status();
    }
    const works = engines.filter(({ state, test }) => state === "works" && test);
    const [best] = works;
    if (!best) return failedToJudge("no engine works here");
    found = { id: best.engine, class: best.test!.class };
    return passed(`works: ${works.map(({ engine }) => engine).join(", ")}; taken: ${found.class}`);
  });
  return found;
}

async function controls({ run }: Course): Promise<StepOutcome> {
  const { report, judgements } = read(Judged, await run(["suite", CONTROLS, "--json", "--yes"]));
  if (judgements.length === 0) return failedToJudge("no control was judged");
  const wrong = judgements.filter(({ verdict }) => !RIGHT.includes(verdict));
  if (wrong.length === 0) return passed(`all ${judgements.length} as they must be`, report);
  const words = wrong.map(({ claimId, verdict }) => `${claimId} ${verdict}`).join(", ");
  return { outcome: "error", message: `the harness must not be believed: ${words}`, report };
}

/** A reduced profile decides nothing; of a suite that has none (`theory`) what is CONTRADICTED was not before. */
async function quick({ run }: Course, suite: string): Promise<StepOutcome> {
  const ended = await run(["suite", suite, "--profile", "quick", "--json", "--yes"]);
  if (ended.stopped)
    return { outcome: "undecided", message: "as far as the night went; it goes on from there", report: null };
  const { report, judgements } = read(Judged, ended);
  const counts = new Map<string, number>();
  for (const { verdict } of judgements) counts.set(verdict, (counts.get(verdict) ?? 0) + 1);
  const words = [...counts].map(([verdict, count]) => `${count} ${verdict}`).join(", ") || "no claim";
  return counts.has("CONTRADICTED") ? { outcome: "failed", message: words, report } : passed(words, report);
}

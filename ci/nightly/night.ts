/** One night: what is run in which order, and what comes of it. Commands are handed in, so that it can be tried without them. */
import { z } from "zod";

export const OUTCOMES = ["passed", "failed", "error", "skipped"] as const;
/** `failed`: a regression, twice. `error`: nobody can say; nothing was skipped silently. */
export type Outcome = (typeof OUTCOMES)[number];
export interface Step {
  readonly name: string;
  readonly outcome: Outcome;
  readonly message: string;
  readonly seconds: number;
  /** Page that shows it; null where there is none. */
  readonly report: string | null;
}
export interface Ended {
  readonly code: number;
  readonly stdout: string;
  /** Stopped because its time was over. */
  readonly stopped: boolean;
}
export interface Baselined {
  readonly suite: string;
  readonly profile: string;
  readonly engineClass: string;
  /** Revision of the current baseline. */
  readonly revision: string;
}
/** A suite whose paper profile can run on what is here. */
export interface PaperSuite {
  readonly suite: string;
  /** Claims without a decision that the profile could give one. */
  readonly open: number;
}
export interface Night {
  /** Runs a command of the program, for so long at most. */
  command(args: readonly string[], limitMs: number): Promise<Ended>;
  now(): number;
  say(line: string): void;
  readonly baselines: readonly Baselined[];
  readonly paper: readonly PaperSuite[];
  readonly budgetMs: number;
  /** Root seed of a confirmation: fresh every night. */
  readonly freshSeed: string;
}
export interface NightResult {
  readonly steps: readonly Step[];
  /** 0 good; 1 a confirmed regression; 3 something could not be judged. */
  readonly exitCode: 0 | 1 | 3;
  readonly summary: string;
}

const EngineStatus = z.object({
  engines: z.array(z.object({ engine: z.string(), state: z.string() }).loose()).min(1),
});
const Judged = z.object({
  report: z.string(),
  judgements: z.array(z.object({ claimId: z.string(), verdict: z.string(), reason: z.string() }).loose()).min(1),
});
const Compared = z.object({
  report: z.string(),
  verdict: z.enum(["REGRESSED", "IMPROVED", "EQUIVALENT", "INCONCLUSIVE"]),
  comparisons: z.array(z.object({ slot: z.string(), setting: z.string(), verdict: z.string() }).loose()).min(1),
});
const Planned = z.object({ runs: z.array(z.unknown()).min(1), totalMs: z.number().positive() });

/** What controls must come to: every fault seen, nothing seen where nothing changed. */
const RIGHT = ["REPRODUCED", "CONSISTENT"];
const CONTROLS = "controls";
/** Less than this is not worth a start of the paper's profile. */
const LEAST_PAPER_MS = 5 * 60_000;

export async function night(given: Night): Promise<NightResult> {
  const started = given.now();
  const left = (): number => given.budgetMs - (given.now() - started);
  const steps: Step[] = [];
  const step = async (name: string, work: () => Promise<Omit<Step, "name" | "seconds">>): Promise<Outcome> => {
    const began = given.now();
    const skipped = { outcome: "skipped", message: "the budget is spent", report: null } as const;
    const done = left() <= 0 ? skipped : await work().catch(asError);
    steps.push({ name, ...done, seconds: (given.now() - began) / 1_000 });
    given.say(`${done.outcome.toUpperCase().padEnd(8)} ${name}: ${done.message}`);
    return done.outcome;
  };
  const run = (args: readonly string[]) => given.command(args, left());

  await step("engine", async () => {
    const { engines } = read(EngineStatus, await run(["engine", "--json"]));
    const works = engines.filter(({ state }) => state === "works").map(({ engine }) => engine);
    return works.length > 0 ? passed(`works: ${works.join(", ")}`) : failedToJudge("no engine works here");
  });
  const believed = await step(CONTROLS, async () => {
    const { report, judgements } = read(Judged, await run(["suite", CONTROLS, "--json", "--yes"]));
    const wrong = judgements.filter(({ verdict }) => !RIGHT.includes(verdict));
    if (wrong.length === 0) return passed(`all ${judgements.length} as they must be`, report);
    const words = wrong.map(({ claimId, verdict }) => `${claimId} ${verdict}`).join(", ");
    return { outcome: "error", message: `the harness must not be believed: ${words}`, report };
  });
  if (given.baselines.length === 0)
    await step("compare", async () => failedToJudge("there is no accepted baseline: nothing is watched"));
  for (const baselined of given.baselines.filter(({ suite }) => suite !== CONTROLS))
    await step(`compare ${baselined.suite}`, () => compared(baselined, given, run));
  if (believed === "passed") await paperRuns(given, left, step, run);

  const count = (outcome: Outcome): number => steps.filter((one) => one.outcome === outcome).length;
  const exitCode = count("failed") > 0 ? 1 : count("error") + count("skipped") > 0 ? 3 : 0;
  const words = OUTCOMES.filter((outcome) => count(outcome) > 0).map((outcome) => `${count(outcome)} ${outcome}`);
  const head = exitCode === 0 ? "Good night" : exitCode === 1 ? "REGRESSED" : "COULD NOT JUDGE";
  const bad = steps.filter(({ outcome }) => outcome === "failed" || outcome === "error").map(({ name }) => name);
  const summary = `${head}: ${words.join(", ")}${bad.length > 0 ? ` (${bad.join(", ")})` : ""}, ${Math.round((given.now() - started) / 60_000)} min`;
  return { steps, exitCode, summary };
}

type Run = (args: readonly string[]) => Promise<Ended>;
type StepOutcome = Omit<Step, "name" | "seconds">;

/** A regression counts when fresh seeds show it too: what is called one by chance is not called one twice. */
async function compared({ suite, profile, revision }: Baselined, given: Night, run: Run): Promise<StepOutcome> {
  const at = ["compare", suite, "--profile", profile, "--json"];
  const { verdict, comparisons, report } = read(Compared, await run(at));
  const words = `${verdict}, ${comparisons.length} comparisons`;
  if (verdict !== "REGRESSED") return passed(words, report);
  const bad = comparisons
    .filter((one) => one.verdict === "REGRESSED")
    .map(({ slot, setting }) => `${slot}, ${setting}`);
  given.say(`${suite}: REGRESSED (${bad.join("; ")}); once more on fresh seeds, both sides`);
  const again = read(Compared, await run([...at, "--rev", revision, "--seed", given.freshSeed]));
  if (again.verdict === "REGRESSED")
    return { outcome: "failed", message: `REGRESSED, also on fresh seeds: ${bad.join("; ")}`, report: again.report };
  return passed(`REGRESSED once, ${again.verdict} on fresh seeds: not called a regression`, again.report);
}

/**
 * What is left of the night goes to the paper's profile: the suite with the most open claims a minute of what is left of
 * it. Verdicts are given only on all planned runs, so that it does not matter how many nights they took, or when one looked.
 */
async function paperRuns(
  { paper, say }: Night,
  left: () => number,
  step: (name: string, work: () => Promise<StepOutcome>) => Promise<Outcome>,
  run: Run,
): Promise<void> {
  const open = paper.filter((suite) => suite.open > 0);
  if (open.length === 0 || left() < LEAST_PAPER_MS) return;
  await step("paper profile", async () => {
    const costs = [];
    for (const { suite, open: claims } of open) {
      const { totalMs } = read(Planned, await run(["plan", suite, "--profile", "paper", "--json"]));
      costs.push({ suite, rate: claims / totalMs, totalMs });
    }
    const best = costs.reduce((a, b) => (b.rate > a.rate ? b : a));
    say(
      `paper profile: ${best.suite}, about ${Math.round(best.totalMs / 3_600_000)} h in all, as far as the night goes`,
    );
    const { code, stopped } = await run(["suite", best.suite, "--profile", "paper", "--yes", "--json"]);
    if (stopped) return passed(`${best.suite}: as far as the night went; it goes on from there`);
    return code === 0 || code === 1
      ? passed(`${best.suite}: done, see its report`)
      : failedToJudge(`${best.suite}: exit code ${code}`);
  });
}

const passed = (message: string, report: string | null = null): StepOutcome => ({ outcome: "passed", message, report });
const failedToJudge = (message: string): StepOutcome => ({ outcome: "error", message, report: null });
const asError = (error: unknown): StepOutcome => failedToJudge(error instanceof Error ? error.message : String(error));

/** What a command printed; throws where that is nothing, or not what it should be: missing results are no good news. */
function read<T>(schema: z.ZodType<T>, { code, stdout, stopped }: Ended): T {
  if (stopped) throw new Error("stopped: the night's time is over");
  if (code !== 0 && code !== 1) throw new Error(`exit code ${code}, nothing was judged`);
  let json: unknown;
  try {
    json = JSON.parse(stdout);
  } catch {
    throw new Error(stdout.trim() === "" ? "no result" : "a result that cannot be read");
  }
  const parsed = schema.safeParse(json);
  if (!parsed.success) throw new Error(`a result that says nothing: ${z.prettifyError(parsed.error).split("\n")[0]}`);
  return parsed.data;
}

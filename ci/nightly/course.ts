/** The course of a night: what it has to go by, its steps, and what commands answer. */
import { z } from "zod";

export const OUTCOMES = ["passed", "failed", "error", "undecided", "skipped"] as const;
/** `failed`: a regression, twice. `error`: nobody can say. `undecided`: judged, and more runs would have to decide. */
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
  /** Of the baseline that counts on this engine. */
  readonly revision: string;
  readonly seed: string;
  /** False: it says nothing here (another engine or machine), and its revision's own code does its runs instead. */
  readonly comparable: boolean;
}
export interface Night {
  /** Runs a command of the program, for so long at most. */
  command(args: readonly string[], limitMs: number): Promise<Ended>;
  now(): number;
  /** Somebody wants it to end: what is under way is stopped, and nothing more is begun. */
  stopping(): boolean;
  say(line: string): void;
  /** Suites that can run here in `quick`. */
  readonly suites: readonly string[];
  /** What cannot be run here, and why. */
  readonly notHere: readonly string[];
  /** Null for a suite that no baseline was accepted of. */
  baselineOf(suite: string, engineClass: string): Baselined | null;
  /** Suites whose paper profile can run here, on the paper's data. */
  readonly paper: readonly string[];
  readonly budgetMs: number;
  /** Root seed that confirms a regression: used for nothing else, the same as long as the suite's code is. */
  freshSeed(suite: string): string;
}

export type StepOutcome = Omit<Step, "name" | "seconds">;
export interface Course {
  readonly given: Night;
  /** "" before an engine is open. */
  readonly engineClass: string;
  /** Milliseconds. */
  left(): number;
  /** Does a step, or skips it where the budget is spent. */
  step(name: string, work: () => Promise<StepOutcome>): Promise<Outcome>;
  run(args: readonly string[]): Promise<Ended>;
}

export const MINUTE = 60_000;

/** What `suite --json` prints. */
export const Judged = z.object({
  report: z.string(),
  judgements: z.array(z.object({ claimId: z.string(), verdict: z.string() }).loose()),
});

export const passed = (message: string, report: string | null = null): StepOutcome => ({
  outcome: "passed",
  message,
  report,
});
export const failedToJudge = (message: string): StepOutcome => ({ outcome: "error", message, report: null });
export const asError = (error: unknown): StepOutcome =>
  failedToJudge(error instanceof Error ? error.message : String(error));

/** What a command printed; throws where that is nothing, or not what it should be: missing results are no good news. */
export function read<T>(schema: z.ZodType<T>, { code, stdout, stopped }: Ended, codes: readonly number[] = [0, 1]): T {
  if (stopped) throw new Error("stopped: the night's time is over");
  if (!codes.includes(code)) throw new Error(`exit code ${code}, nothing was judged`);
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

/** A forecast in words and as data. */
import { duration } from "../terminal/progress.ts";
import type { Forecast } from "./forecast.ts";

/** A line for each run, claim and kind of step, then the sum. */
export function* forecastText(forecast: Forecast): Generator<string> {
  const { suite, plan, engine, left, claims, stepMs, stored, wanted, totalMs, workers, schedule } = forecast;
  yield `${suite.title}, budget ${plan.budget}, engine ${engine.class}. ${plan.scope}`;
  for (const run of left) yield `  ${run.spec.path}  ${runText(run)}`;
  for (const { claim, verdict, waitsFor, ms } of claims)
    yield `  ${claim}: ${verdict}${waitsFor.length === 0 ? "" : `, waits for ${waitsFor.length} run${waitsFor.length === 1 ? "" : "s"}, about ${duration(ms)}`}`;
  for (const [kind, time] of stepMs) yield `Step of ${kind}: ${time.toFixed(2)} ms`;
  if (stored > 0) yield `${stored} of ${wanted} runs are stored.`;
  yield left.length === 0
    ? "Nothing is left to run."
    : `In all about ${duration(totalMs)} of training on one core, ${duration(totalMs / workers)} as scheduled here: ${schedule}`;
}

function runText({ spec: { updates }, ms, begun }: Forecast["left"][number]): string {
  if (updates === 0) return "no training";
  return `${updates} updates${begun === 0 ? "" : `, ${begun} of them done`}, about ${duration(ms)}`;
}

/** The object that --json prints. */
export function forecastJson({ suite, plan, engine, stored, left, stepMs, totalMs, claims }: Forecast): object {
  const runs = left.map(({ spec }) => spec);
  return {
    suite: suite.id,
    budget: plan.budget,
    engine,
    stored,
    runs,
    stepMs: Object.fromEntries(stepMs),
    totalMs,
    claims,
  };
}

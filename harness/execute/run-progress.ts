/** Progress of a suite's runs: bars on a terminal, plain lines elsewhere. */
import { MultiBar, Presets } from "cli-progress";
import type { RunSpec } from "../contract/run.ts";
import { duration } from "../terminal/progress.ts";
import type { ExecuteEvent } from "./execute.ts";

const runName = ({ model, setting, replicate }: RunSpec): string => `${model} ${setting} ${replicate}`;

export interface RunProgress {
  on(event: ExecuteEvent): void;
  stop(): void;
}

/** Shows a suite at work. `runs` are those to do, `done` those that were already stored. */
export function runProgress(runs: readonly RunSpec[], done: number, say: (line: string) => void): RunProgress {
  const total = runs.reduce((sum, run) => sum + run.updates, 0);
  const reached = new Map<string, number>();
  const start = performance.now();
  const before = new Map<string, number>();
  let ended = done;
  const all = runs.length + done;
  const sum = (values: Iterable<number>): number => [...values].reduce((a, b) => a + b, 0);
  /** What is known of the time that is left: that of training. */
  const left = (): string => {
    const updates = sum(reached.values());
    if (updates >= total) return ended < all ? "only measuring is left" : "nothing is left";
    const made = updates - sum(before.values());
    const elapsed = performance.now() - start;
    return `${duration(made > 0 ? (elapsed / made) * (total - updates) : Number.NaN)} of training left`;
  };
  const bars = process.stderr.isTTY
    ? new MultiBar(
        { format: "{bar} {percentage}% | {what}", hideCursor: true, clearOnComplete: true, stream: process.stderr },
        Presets.shades_grey,
      )
    : undefined;
  const bar = bars?.create(total, 0, { what: `${ended}/${all} runs` });
  const line = (text: string): void => (bars ? void bars.log(`${text}\n`) : say(text));
  return {
    on(event) {
      const name = runName(event.spec);
      if (event.type === "progress") {
        // Updates of an earlier invocation took no time of this one; the few before the first word do not matter.
        if (!before.has(event.spec.path)) before.set(event.spec.path, event.updates);
        reached.set(event.spec.path, event.updates);
      }
      if (event.type === "warning") line(`${name}: ${event.message}`);
      if (event.type === "retried") line(`${name}: ${event.message}; trying once more.`);
      if (event.type === "ended") {
        ended += 1;
        reached.set(event.spec.path, event.spec.updates);
        line(
          `[${String(ended).padStart(String(all).length)}/${all}] ${name} ${event.state}${total > 0 ? `; ${left()}` : ""}`,
        );
      }
      bar?.update(Math.min(total, sum(reached.values())), { what: `${ended}/${all} runs, ${left()}` });
    },
    stop: () => bars?.stop(),
  };
}

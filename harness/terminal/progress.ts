/** Progress: bars on a terminal, plain lines elsewhere. */
import { Presets, SingleBar } from "cli-progress";
import type { ProgressEvent } from "../engine/tensorflow/install/progress.ts";

/** "4 min 10 s"; an em dash while unknown. */
export function duration(ms: number): string {
  if (!Number.isFinite(ms)) return "—";
  const seconds = Math.max(0, Math.round(ms / 1000));
  if (seconds < 60) return `${seconds} s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
  return `${Math.floor(seconds / 3600)} h ${Math.round((seconds % 3600) / 60)} min`;
}

export interface WorkProgress {
  /** `fraction`, from 0 to 1 and where it is known, is of this piece of work. */
  update(what: string, fraction?: number): void;
  stop(): void;
}

/** Between plain lines about the same piece of work. */
const LINE_MS = 10_000;

/** Shows work that is done piece by piece. */
export function workProgress(say: (line: string) => void): WorkProgress {
  const bar = process.stderr.isTTY
    ? new SingleBar(
        { format: "{bar} {percentage}% | {what}", hideCursor: true, clearOnComplete: true, stream: process.stderr },
        Presets.shades_grey,
      )
    : undefined;
  let shown = "";
  let shownAt = 0;
  let active = false;
  const stop = (): void => {
    if (active) bar?.stop();
    active = false;
  };
  const line = (text: string): void => {
    say(`  ${text}`);
    shownAt = performance.now();
  };
  return {
    update(what, fraction) {
      if (what !== shown) {
        stop();
        line(what);
        shown = what;
      } else if (!bar && fraction !== undefined && performance.now() - shownAt > LINE_MS)
        line(`${what}: ${Math.floor(100 * fraction)} %`);
      if (fraction === undefined || !bar) return;
      if (!active) bar.start(1, 0, { what });
      active = true;
      bar.update(fraction, { what });
    },
    stop,
  };
}

/** Shows an engine's installation. */
export function installProgress(say: (line: string) => void): { update(event: ProgressEvent): void; stop(): void } {
  const { update, stop } = workProgress(say);
  return { update: ({ stage, message, fraction }) => update(`${stage}: ${message}`, fraction), stop };
}

/** What a person passes through to sbatch: `--slurm "partition=gpu gres=gpu:1 time=90"`. */
import { HarnessError } from "../../errors.ts";

/** Options that the executor itself sets: with another value it could not find, log or stop its jobs. */
const OURS = ["array", "job-name", "output", "error", "open-mode", "requeue", "no-requeue", "parsable", "wait", "wrap"];

/**
 * As sbatch takes them: `--partition=gpu`; a word without a value is a switch.
 * @throws HarnessError for what is no long option of sbatch's, or is set by the executor itself.
 */
export function sbatchOptions(text: string): string[] {
  return text
    .trim()
    .split(/\s+/)
    .filter((word) => word !== "")
    .map((word) => {
      const [, name, value] = /^(?:--)?([a-z][a-z-]+)(?:=(.+))?$/.exec(word) ?? [];
      if (name === undefined)
        throw new HarnessError(
          `--slurm takes options of sbatch by their long names, e.g. "partition=gpu gres=gpu:1 time=90", got "${word}".`,
        );
      if (OURS.includes(name))
        throw new HarnessError(
          `--slurm cannot set ${name}: the executor does, to find its jobs again. Leave it out. ${name === "array" ? "--workers says how many tasks run at once." : ""}`.trim(),
        );
      return value === undefined ? `--${name}` : `--${name}=${value}`;
    });
}

/** What is said, and what becomes of a command whose output, or whose own code, breaks. */
import { setImmediate } from "node:timers/promises";
import { EXIT, HarnessError, messageOf } from "../errors.ts";

/** Tells a person something; results go to standard output. */
export const say = (line: string): void => void process.stderr.write(`${line}\n`);

const broken = new Map<string, NodeJS.ErrnoException>();
let guarded = false;

/**
 * A reader that goes away (`| head`) or a closed terminal ends nothing: workers still have to save. Node's own exit code
 * of an uncaught error, 1, would be taken for a verdict: it becomes that of a bug. Once per process.
 */
export function guardProcess(): void {
  if (guarded) return;
  guarded = true;
  process.stdout.on("error", (error: NodeJS.ErrnoException) => broken.set("standard output", error));
  process.stderr.on("error", () => {});
  process.on("uncaughtException", (error) => {
    console.error(bugReport(error));
    process.exit(EXIT.bug);
  });
}

/** Throws HarnessError when standard output was lost for another reason than that nobody reads it any more. */
export async function requireOutput(): Promise<void> {
  await setImmediate();
  for (const [stream, error] of broken)
    if (error.code !== "EPIPE" && error.code !== "EIO")
      throw new HarnessError(
        `Cannot write to ${stream}: ${error.message}. What was to be stored is stored; print it again with npm run report.`,
        EXIT.cannotJudge,
      );
}

export function bugReport(error: unknown): string {
  return `This is a bug: ${error instanceof Error ? (error.stack ?? error.message) : messageOf(error)}`;
}

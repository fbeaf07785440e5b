/**
 * Exit codes of every command.
 * 0 done; 1 only together with a written result file that says CONTRADICTED, REGRESSED or, of a reproduction, DIFFERENT;
 * 2 wrong use, also by the author of an inconsistent suite (harness/plan/sound-suite.ts); 3 could not judge or could not be
 * stored; 4 a bug, or runs still crashed after their retry; 129/130/143 interrupted.
 */
export const EXIT = {
  done: 0,
  judgedAgainst: 1,
  wrongUse: 2,
  cannotJudge: 3,
  bug: 4,
  hangup: 129,
  interrupted: 130,
  terminated: 143,
} as const;
export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** An error a person can act on: its message says what, the value got, what is allowed and what to do. Printed without a stack. */
export class HarnessError extends Error {
  override readonly name = "HarnessError";
  readonly exitCode: ExitCode;
  constructor(message: string, exitCode: ExitCode = EXIT.wrongUse, options?: ErrorOptions) {
    super(message, options);
    this.exitCode = exitCode;
  }
}

/** Levenshtein distance between two short names. */
function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++)
      next.push(Math.min(next[j - 1]! + 1, row[j]! + 1, row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1)));
    row = next;
  }
  return row[b.length]!;
}

/** `Unknown suite "coverag". Did you mean "coverage"? Known: …` */
export function unknownName(what: string, got: string, allowed: readonly string[]): HarnessError {
  const [nearest] = allowed
    .map((name) => ({ name, distance: editDistance(got, name) }))
    .sort((a, b) => a.distance - b.distance);
  const hint =
    nearest && nearest.distance <= Math.max(2, nearest.name.length / 3) ? ` Did you mean "${nearest.name}"?` : "";
  return new HarnessError(`Unknown ${what} "${got}".${hint} Known: ${allowed.join(", ")}.`);
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

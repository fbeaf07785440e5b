/** Refusals of files that are not what they should be. */
import { closeSync, openSync, readSync, statSync } from "node:fs";
import { EXIT, HarnessError, messageOf } from "../../harness/errors.ts";

/** A file that cannot be used: what is wrong with it, and what that leaves to do. */
export const malformed = (file: string, what: string, cause?: unknown): HarnessError =>
  new HarnessError(
    `${file} ${what}. Nothing was prepared. Fetch it again, or give a folder with a sound one.`,
    EXIT.cannotJudge,
    cause === undefined ? undefined : { cause },
  );

/** An error of a library while it reads a file, as one of ours; ours and those of the disk as they are. */
export function asMalformed(file: string, error: unknown): unknown {
  const code = (error as NodeJS.ErrnoException | undefined)?.code ?? "";
  const isDisk = /^E[A-Z]+$/.test(code) && !code.startsWith("ERR");
  if (error instanceof HarnessError || isDisk || (error as Error)?.name === "AbortError") return error;
  return malformed(file, `is damaged or cut off: ${messageOf(error)}`, error);
}

/** The first bytes of a file; fewer when it is shorter. */
export function headOf(path: string, bytes: number): Buffer {
  const file = openSync(path, "r");
  try {
    const head = Buffer.alloc(bytes);
    return head.subarray(0, readSync(file, head, 0, bytes, 0));
  } finally {
    closeSync(file);
  }
}

/** Some hosts answer with a page when a quota is spent or a login is wanted, and browsers save it under the file's name. */
const isWebPage = (head: Buffer): boolean => /^\s*<(!doctype|html|head|\?xml)/i.test(head.toString("latin1"));

/** @throws HarnessError when a file is empty or a web page. */
export function requireData(path: string): void {
  if (statSync(path).size === 0) throw malformed(path, "is empty");
  if (isWebPage(headOf(path, 256)))
    throw malformed(path, "is a web page, not data: its host answered with one instead of the file (quota, login)");
}

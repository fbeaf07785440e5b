/** A question to whoever sits at the terminal. */
import { createInterface } from "node:readline";

/** Whether somebody can see a question and answer it. */
export const canAsk = (): boolean => process.stdin.isTTY === true && process.stderr.isTTY === true;

/** Whether the answer is yes; anything else is no, the end of the input and an abort too. */
export async function saysYes(question: string, signal: AbortSignal): Promise<boolean> {
  // No terminal of readline's own: Ctrl-C stays the signal that it is.
  const lines = createInterface({ input: process.stdin, terminal: false });
  process.stderr.write(`${question} [y/N] `);
  try {
    const answer = await new Promise<string>((answered) => {
      lines.once("line", answered);
      lines.once("close", () => answered(""));
      signal.addEventListener("abort", () => answered(""), { once: true });
    });
    return /^y(es)?$/i.test(answer.trim());
  } finally {
    lines.close();
  }
}

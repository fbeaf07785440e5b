/** A contestant that is a command, run as a whole: from its start until it is gone. */
import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { EXIT, HarnessError } from "../errors.ts";
import { temporaryFolder } from "../files/temporary-folder.ts";
import type { Block, Contestant } from "./case.ts";
import { bound } from "./core.ts";

export interface WholeProcess {
  readonly name: string;
  /** Arguments of node, given an empty folder that is removed when the command is done. */
  args(folder: string): readonly string[];
  readonly core: number | null;
  /** Exit codes of a command that did its work; 0 alone unless said. */
  readonly exitCodes?: readonly number[];
  readonly versions?: Readonly<Record<string, string>>;
  /** Looks at what the command left in the folder. */
  inspect?(folder: string): void;
}

const PEAK = join(import.meta.dirname, "report-peak.mjs");
const STDERR_TAIL = 2_000;

/** A block is one run. Its output is read and thrown away. */
export function wholeProcess({ name, args, core, exitCodes = [0], versions = {}, inspect }: WholeProcess): Contestant {
  return {
    name,
    versions,
    close: async () => {},
    async block(): Promise<Block> {
      const own = temporaryFolder("What a command leaves", "bench-");
      const peaks = temporaryFolder("The peak memory of a command", "bench-peak-");
      const folder = own.path;
      try {
        const peakFile = join(peaks.path, "peak");
        const [program, ...rest] = bound([process.execPath, "--import", PEAK, ...args(folder)], core);
        const { code, ms, stderr } = await timed(program, rest, peakFile);
        if (!exitCodes.includes(code))
          throw new HarnessError(`${name} ended with exit code ${code}.\n${stderr.trim()}`, EXIT.cannotJudge);
        inspect?.(folder);
        return { ms: [ms], peakRssBytes: Math.max(...readFileSync(peakFile, "utf8").trim().split("\n").map(Number)) };
      } finally {
        for (const each of [own, peaks]) each.remove();
      }
    },
  };
}

function timed(
  program: string,
  args: readonly string[],
  peakFile: string,
): Promise<{ code: number; ms: number; stderr: string }> {
  return new Promise((done, fail) => {
    const start = performance.now();
    const child = spawn(program, args, {
      stdio: ["ignore", "ignore", "pipe"],
      env: { ...process.env, BENCH_PEAK_FILE: peakFile },
    });
    let stderr = "";
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      stderr = (stderr + text).slice(-STDERR_TAIL);
    });
    child.on("error", fail);
    child.on("close", (code) => done({ code: code ?? EXIT.bug, ms: performance.now() - start, stderr }));
  });
}

/** What starting costs: the program's help, an engine, the capture of a step. */
import { join } from "node:path";
import type { BenchCase } from "../../harness/bench/case.ts";
import { startServed } from "../../harness/bench/served.ts";
import { wholeProcess } from "../../harness/bench/whole-process.ts";
import { ROOT } from "../source-tree.ts";

const NODE = ["-e", "0"];
const script = (name: string): string[] => ["--import", "tsx", join(ROOT, "ci/bench", name)];

export const startUpCases: readonly BenchCase[] = [
  {
    id: "help-start", // `bench help` is the help of bench
    title: "--help, beside a node that does nothing",
    conditions: "Whole processes, from start to end; the first of each is not counted.",
    quick: true,
    peers: [],
    alternations: 15,
    open: ({ core }) =>
      warmed(
        wholeProcess({ name: "--help", args: () => [join(ROOT, "main.js"), "--help"], core }),
        wholeProcess({ name: "node -e 0", args: () => NODE, core }),
      ),
  },
  {
    id: "engine-start",
    title: "a process that opens the engine and ends, beside a node that does nothing",
    conditions: "Whole processes, from start to end; the first of each is not counted.",
    quick: true,
    peers: [],
    alternations: 7,
    open: ({ core, engine }) =>
      warmed(
        wholeProcess({ name: "engine", args: () => [...script("open-engine.ts"), ...(engine ? [engine] : [])], core }),
        wholeProcess({ name: "node -e 0", args: () => NODE, core }),
      ),
  },
  {
    id: "capture",
    title: "compiling the toy's ALI step (paper networks, batch 100) and its first update",
    conditions:
      "One thread. On tensorflow: recording twice, the graph, its optimiser; elsewhere the first update alone.",
    quick: true,
    peers: [],
    alternations: 7,
    open: async ({ core, engine }) => [
      await startServed({
        name: "compile",
        command: [process.execPath, ...script("serve-capture.ts"), ...(engine ? [engine] : [])],
        core,
        steps: 1,
      }),
    ],
  },
];

type Contestants = ReturnType<BenchCase["open"]>;

/** Runs each once, so that no later one has to fill a cache. */
async function warmed(...contestants: Awaited<Contestants>[number][]): Contestants {
  for (const contestant of contestants) await contestant.block();
  return contestants;
}

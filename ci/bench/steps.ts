/** Training steps beside PyTorch's, one core each. */
import { join } from "node:path";
import type { BenchCase, BenchOptions, Contestant } from "../../harness/bench/case.ts";
import { type Served, startServed } from "../../harness/bench/served.ts";
import { ROOT } from "../source-tree.ts";

/** A step of ours and the peer's variants of it. */
interface StepCase extends Pick<BenchCase, "id" | "title" | "conditions" | "quick"> {
  /** Steps of a block. */
  readonly steps: number;
  /** Script in this folder and its arguments; the engine comes last. */
  readonly ours: readonly string[];
  /** Script in ci/peers and its arguments, by name. */
  readonly peers: Readonly<Record<string, readonly string[]>>;
}

const CONDITIONS =
  "One thread each, float32; a step draws its noise and updates every network once; losses are read once a block.";
const toy = (model: "ali" | "gan" | "vae", suite: string): StepCase => ({
  id: `toy-${model}`,
  title: `a training step of the toy's ${model.toUpperCase()}, the paper's networks, batch 100`,
  conditions: `${CONDITIONS} Batches are gathered from 100,000 samples.`,
  quick: true,
  steps: 50,
  ours: ["serve-step.ts", suite, model],
  peers: {
    "PyTorch eager": ["toy_step.py", model, "eager"],
    "PyTorch torch.compile, fused Adam": ["toy_step.py", model, "compile"],
  },
});
const STEPS: readonly StepCase[] = [
  toy("ali", "toy-modes"),
  toy("gan", "toy-modes"),
  toy("vae", "toy-inference"),
  {
    id: "svhn-ali",
    title: "a training step of ALI on images of 32 × 32 × 3, the paper's SVHN networks, batch 100",
    conditions: `${CONDITIONS} Four batches of made-up images in turn; PyTorch in channels_last.`,
    quick: false,
    steps: 3,
    ours: ["serve-svhn.ts"],
    peers: {
      "PyTorch channels_last, eager": ["svhn_ali_step.py", "eager"],
      "PyTorch channels_last, matmul trick, fused Adam": ["svhn_ali_step.py", "tuned"],
    },
  },
];

export const stepCases: readonly BenchCase[] = STEPS.map(({ steps, ours, peers, ...about }) => ({
  ...about,
  peers: ["pytorch"],
  alternations: 7,
  open({ engine, peer, core }: BenchOptions) {
    const [script, ...args] = ours;
    const own = [process.execPath, "--import", "tsx", join(ROOT, "ci/bench", script!), ...args] as const;
    const others = peer
      ? Object.entries(peers).map(
          ([name, [script, ...args]]): Served => ({
            name,
            command: [peer.program, join(ROOT, "ci/peers", script!), ...args],
            core,
            steps,
          }),
        )
      : [];
    return openAll([{ name: "ours", command: [...own, ...(engine ? [engine] : [])], core, steps }, ...others]);
  },
}));

/** Starts one after the other; closes those that did start when one does not. */
export async function openAll(all: readonly Served[]): Promise<Contestant[]> {
  const started: Contestant[] = [];
  try {
    for (const each of all) started.push(await startServed(each));
    return started;
  } catch (error) {
    for (const each of started) await each.close();
    throw error;
  }
}

/** The toy's training steps beside PyTorch's: paper networks, batch 100, one core. */
import { join } from "node:path";
import type { BenchCase, BenchOptions, Contestant } from "../../harness/bench/case.ts";
import { startServed } from "../../harness/bench/served.ts";
import { ROOT } from "../source-tree.ts";

const STEPS = 50;
const MODELS = { ali: "toy-modes", gan: "toy-modes", vae: "toy-inference" } as const;
type ModelId = keyof typeof MODELS;

export const toyCases: readonly BenchCase[] = (Object.keys(MODELS) as ModelId[]).map((model) => ({
  id: `toy-${model}`,
  title: `a training step of the toy's ${model.toUpperCase()}, the paper's networks, batch 100`,
  conditions:
    "One thread each, float32. A step gathers its batch from 100,000 samples, draws its noise, and updates every network once; losses are read once a block.",
  quick: true,
  peers: ["pytorch"],
  alternations: 7,
  open: (options) => openAll(contestants(model, options)),
}));

function contestants(model: ModelId, { engine, peer, core }: BenchOptions): Parameters<typeof startServed>[0][] {
  const script = join(ROOT, "ci/bench/serve-step.ts");
  const ours = [
    process.execPath,
    "--import",
    "tsx",
    script,
    MODELS[model],
    model,
    ...(engine ? [engine] : []),
  ] as const;
  const served = { core, steps: STEPS };
  const theirs = (["eager", "compile"] as const).map((variant) => ({
    ...served,
    name: `PyTorch ${variant === "eager" ? "eager" : "torch.compile, fused Adam"}`,
    command: [peer?.program ?? "", join(ROOT, "ci/peers/toy_step.py"), model, variant] as const,
  }));
  return [{ ...served, name: "ours", command: ours }, ...(peer ? theirs : [])];
}

/** Starts one after the other; closes those that did start when one does not. */
async function openAll(all: readonly Parameters<typeof startServed>[0][]): Promise<Contestant[]> {
  const started: Contestant[] = [];
  try {
    for (const each of all) started.push(await startServed(each));
    return started;
  } catch (error) {
    for (const each of started) await each.close();
    throw error;
  }
}

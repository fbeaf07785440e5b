/**
 * A whole program with suites of millisecond steps, for the tests that kill, stop and starve it.
 * `millisecond`: a noisy descent of a small matrix, bit for bit a function of its seed.
 * `faulty`: the same, but runs of other models throw, end their process, hang about or diverge.
 * `broken`: the same, of models that never come back from a step, wait for a batch or for nothing without end, or take all memory.
 * `chained`: runs that go on from the final state of runs of the two others.
 * `slotted`: models in slots, which other ones may take.
 */
import { writeFileSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import * as tf from "@tensorflow/tfjs-core";
import { z } from "zod";
import type { OrderingClaim } from "../contract/claims.ts";
import type { RunSpec } from "../contract/run.ts";
import type { RunContext, StoredRun, Suite } from "../contract/suite.ts";
import type { Measured, PlanAsked } from "../contract/suite-definition.ts";
import type { HostState } from "../engine/host-state.ts";
import { defineSuite } from "../plan/define-suite.ts";
import { fast } from "./fast.ts";
import { slotted } from "./slotted.ts";
import { slow } from "./slow.ts";

const SIZE = 16;
const PLACE = "nowhere";

/** Updates of a run, and milliseconds that a step waits so that a run lasts long enough to be killed. */
const UPDATES = Number(process.env.FIXTURE_UPDATES ?? 80);
const STEP_MS = Number(process.env.FIXTURE_STEP_MS ?? 2);
/** Pieces of 10 ms that a run is measured in. */
const PIECES = Number(process.env.FIXTURE_PIECES ?? 0);

const CLAIM: OrderingClaim<string, "loss"> = {
  kind: "ordering",
  id: "calm-below-wild",
  statement: "The wild model ends with a larger loss than the calm one.",
  place: PLACE,
  axis: "run",
  family: "millisecond",
  assumption: "none",
  quantity: { metric: "loss", label: "loss", unit: "nats", better: "lower", worst: null },
  arms: ["wild", "calm"],
  published: null,
  design: "paired",
};

/** `from`: the run that a run starts from. */
function suite(
  id: string,
  models: readonly string[],
  from?: (asked: PlanAsked, arm: string, replicate: number) => RunSpec,
): Suite {
  return defineSuite({
    file: import.meta.filename,
    id,
    title: `Suite ${id}`,
    version: 1,
    place: PLACE,
    settings: z.strictObject({ noise: z.number() }),
    arms: Object.fromEntries(models.map((model) => [model, { version: 1 }])),
    metrics: [{ key: "loss", unit: "nats", meaning: "mean square of the matrix" }],
    claims: CLAIM.arms.every((arm) => models.includes(arm)) ? [CLAIM] : [],
    reading: { id: "only", description: "the only one" },
    protocol: () => [],
    regression: [{ quantity: CLAIM.quantity, margin: { value: 0.1, reason: "a test" } }],
    usesPapersData: () => false,
    plan: (asked) => ({
      scope: "It shows nothing but that the pipeline works.",
      runs: Array.from({ length: asked.replicates ?? 2 }, (_, replicate) =>
        models.map((arm) => ({
          arm,
          setting: "only",
          replicate,
          updates: UPDATES,
          settings: { noise: arm === "wild" ? 0.1 : 0.01 },
          ...(from && { needs: from(asked, arm, replicate) }),
        })),
      ).flat(),
    }),
    run: ({ noise }, context, { spec }) => run(noise, spec, context, from && context.needed().weights),
    // The faulty suite has no `measure`: its runs cannot be measured without their weights.
    ...(id !== "faulty" && {
      measure: (_: { readonly noise: number }, array: StoredRun["array"]) => metricsOf(array("weights16")),
    }),
    figures: () => [],
  });
}

const metricsOf = (data: Float32Array) => {
  const loss = data.reduce((sum, x) => sum + x * x, 0) / data.length;
  return { loss };
};

async function run(
  noise: number,
  spec: RunSpec,
  { engine, seed, train, pause: letIn }: RunContext,
  from?: HostState,
): Promise<Measured<"loss">> {
  const [low] = seed("noise");
  const init = seed("init");
  const { finalState, curve } = await train({
    initialState: () =>
      from ?? {
        weights: {
          shape: [SIZE, SIZE],
          data: Float32Array.from({ length: SIZE * SIZE }, (_, i) => Math.sin(i + (init[0] % 1000))),
        },
      },
    step: (state, batch, key) => {
      const w = state.weights!;
      const drift = tf.mul(engine.ops.randomNormal([SIZE, SIZE], key), noise);
      const next = tf.add(tf.mul(tf.add(w, tf.mul(batch.x!, 0.001)), 0.99), drift);
      return { state: { weights: next }, metrics: { loss: tf.mean(tf.square(next)) } };
    },
    batch: (index) => {
      misbehave(spec, index);
      pause(STEP_MS);
      return { x: tf.fill([SIZE, SIZE], spec.model === "divergent" && index === 70 ? Number.NaN : index % 7) };
    },
    ...(spec.model === "starving" && { ready: (index: number) => (index === 60 ? never() : undefined) }),
    key: (index) => [low | 0, index],
    updates: spec.updates,
    curveEvery: 20,
  });
  for (let piece = 0; piece < PIECES; piece++) {
    pause(10);
    await letIn();
  }
  if (spec.model === "waiting") await never();
  const { data } = finalState.weights!;
  return { metrics: metricsOf(data), curve, arrays: { weights16: { shape: [SIZE, SIZE], data } } };
}

/** A suite whose runs start from those of others: of one that ends well, of one that diverges, of one that throws. */
const chained = (upstream: Readonly<Record<string, { readonly of: Suite; readonly model: string }>>): Suite =>
  suite("chained", Object.keys(upstream), ({ profile, engineClass, ...options }, arm, replicate) => {
    const { of, model: needed } = upstream[arm]!;
    const { runs } = of.plan(profile, engineClass, options);
    return runs.find((other) => other.model === needed && other.replicate === replicate)!;
  });

/** What goes wrong in the models of the faulty suite. The estimate's thirteen steps are spared. */
function misbehave({ model }: RunSpec, index: number): void {
  if (model === "throwing" && index === 60) throw new Error("the throwing model threw at step 60");
  if (model === "dying" && index === 60) {
    process.stderr.write("last words of the dying model\n");
    process.kill(process.pid, "SIGKILL");
    pause(5_000);
  }
  if (model === "hanging" && index === 60) pause(3_600_000);
  if (model === "hungry" && index === 60) for (const hoard: unknown[] = []; ; ) hoard.push(new Array(100_000).fill({}));
}

/** As what hangs without blocking: a file system or a device that does not answer. */
const never = (): Promise<void> => new Promise(() => {});

/** Blocks, as a step of training does. */
function pause(ms: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
}

const millisecond = suite("millisecond", ["calm", "wild"]);
const faulty = suite("faulty", ["throwing", "calm", "dying", "divergent", "wild"]);
const SUITES = [
  millisecond,
  faulty,
  suite("broken", ["hanging", "starving", "waiting", "hungry"]),
  chained({
    "after-calm": { of: millisecond, model: "calm" },
    "after-divergent": { of: faulty, model: "divergent" },
    "after-throwing": { of: faulty, model: "throwing" },
  }),
  slotted({ fast, slow }),
];

const args = process.argv.slice(2);
/** A node of a cluster on which no run can be begun. */
if (
  args[0] === "slurm-task" &&
  !args[1]!.includes("repro-engine") &&
  process.env.SLURMD_NODENAME === (process.env.FIXTURE_SICK_NODE ?? "none")
) {
  console.error("the fixture's node is sick");
  process.exit(3);
}
if (args[0] === "worker" && process.send) {
  const { serveWorker } = await import("../worker/worker.ts");
  const { withChangedModel } = await import("../worker/changed-model.ts");
  serveWorker(await withChangedModel(SUITES));
} else {
  const { runCli } = await import("../cli/run-cli.ts");
  process.exitCode = await runCli(args, {
    suites: async () => SUITES,
    async writeReport({ suite, judgements, records, warnings, paperCost }, folder) {
      await mkdir(folder, { recursive: true });
      const html = join(folder, `${suite.id}.html`);
      writeFileSync(html, JSON.stringify({ judgements, records, warnings, paperCost }));
      return { html, files: [html] };
    },
    async writeChange(data, folder, name) {
      await mkdir(folder, { recursive: true });
      const html = join(folder, `${name}.html`);
      writeFileSync(html, JSON.stringify(data));
      return { html, files: [html] };
    },
    async writeReproduction(data, folder, name) {
      await mkdir(folder, { recursive: true });
      const html = join(folder, `${name}.html`);
      writeFileSync(html, JSON.stringify(data));
      return { html, files: [html] };
    },
    async writeReportIndex(reports, folder) {
      writeFileSync(join(folder, "index.html"), JSON.stringify(reports.map((r) => r.html)));
      return join(folder, "index.html");
    },
  });
}

/** Stores of plausible runs that nobody trained, as large as asked for: what the commands over stores are timed on. */
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Curve, RunRecord } from "../../harness/contract/run.ts";
import { standardNormal } from "../../harness/engine/stateless-normal.ts";
import { placesOf } from "../../harness/plan/places.ts";
import { sourceSha256 } from "../../harness/provenance/sources.ts";
import { thisMachine } from "../../harness/provenance/this-machine.ts";
import { Stream, streamKey } from "../../harness/random/seeds.ts";
import { sha256 } from "../../harness/store/sealed.ts";
import { type RunPlace, Store } from "../../harness/store/store.ts";
import { toyModesSuite } from "../../suites/toy-modes/suite.ts";
import { ROOT } from "../source-tree.ts";

const SEED = "generated";
const ENGINE_CLASS = "tensorflow-cpu";
const SAMPLES = 10_000;
const CURVE_ROWS = 20;
/** Runs of each replicate in the quick profile: two models, two settings. */
export const RUNS_A_REPLICATE = 4;

/** Writes a store of so many runs of toy-modes' quick profile, all finished, a function of the count alone. */
export function generateStore(folder: string, runs: number): void {
  const store = Store.open(folder, { create: true });
  const plan = toyModesSuite.plan("quick", ENGINE_CLASS, { rootSeed: SEED, replicates: runs / RUNS_A_REPLICATE });
  const sources = new Map(
    ["ali", "gan"].map((model) => [model, sourceSha256(ROOT, { suite: toyModesSuite.id, model })]),
  );
  const samples = new Uint8Array(standardNormal(2 * SAMPLES, [1, 2]).buffer);
  const artifacts = { samples: { file: "samples.f32", sha256: sha256(samples), sizeBytes: samples.length } };
  const folders = new Set<string>();
  for (const place of placesOf(plan, ENGINE_CLASS, SEED)) {
    const file = store.path(place);
    if (!folders.has(dirname(file))) {
      folders.add(dirname(file));
      mkdirSync(dirname(file), { recursive: true });
      // One file for all runs of a folder: a record names the file of its samples.
      writeFileSync(join(dirname(file), artifacts.samples.file), samples);
    }
    writeFileSync(file, `${JSON.stringify(recordOf(place, sources.get(place.spec.model)!, artifacts), null, 1)}\n`);
  }
}

function recordOf(
  { spec, key }: RunPlace,
  source: string,
  artifacts: Extract<RunRecord, { state: "finished" }>["artifacts"],
): RunRecord {
  const draws = new Stream(streamKey(SEED, spec.path, "record"));
  const upTo = (most: number): number => Math.floor(most * draws.uniform());
  const share3sd = draws.uniform();
  const curve: Curve = {
    update: Array.from({ length: CURVE_ROWS }, (_, i) => ((i + 1) * spec.updates) / CURVE_ROWS),
    ...Object.fromEntries(
      ["discriminatorLoss", "generatorLoss", "share3sd"].map((name) => [
        name,
        Array.from({ length: CURVE_ROWS }, () => draws.uniform()),
      ]),
    ),
    ...Object.fromEntries(
      ["modes", "sharpModes"].map((name) => [name, Array.from({ length: CURVE_ROWS }, () => upTo(10))]),
    ),
  };
  return {
    format: "reproducibility-run",
    version: 1,
    key,
    spec,
    state: "finished",
    updatesDone: spec.updates,
    curve,
    metrics: { modes: upTo(10), modes5: upTo(10), modes20: upTo(10), sharpModes: upTo(10), share3sd },
    weightsSha256: key,
    earlyStateSha256: key,
    artifacts,
    provenance: {
      revision: "0".repeat(40),
      dirty: false,
      diffSha256: null,
      lockfileSha256: null,
      sourceSha256: source,
      engine: {
        id: "tensorflow",
        class: ENGINE_CLASS,
        device: "generated",
        versions: { generated: "1" },
        reason: "generated",
      },
      step: { kind: "captured", reason: "generated" },
      machine: thisMachine(),
      rootSeed: SEED,
      startedAt: "2026-01-01T00:00:00.000Z",
      durationMs: 10_000 + upTo(1_000),
      trainMs: 9_000 + upTo(1_000),
      peakMemoryBytes: 500_000_000,
      resumes: 0,
      attempts: 1,
    },
  };
}

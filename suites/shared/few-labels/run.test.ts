/** Every row's run of the smoke profile, in this process: what it reports, and the pictures of it. */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import type { RunSpec } from "../../../harness/contract/run.ts";
import type { Measurement, RunContext, StoredRun, Suite } from "../../../harness/contract/suite.ts";
import type { Engine } from "../../../harness/engine/engine.ts";
import type { HostState } from "../../../harness/engine/host-state.ts";
import { openEngine } from "../../../harness/engine/open.ts";
import { streamKey } from "../../../harness/random/seeds.ts";
import { Store } from "../../../harness/store/store.ts";
import { startOn } from "../../../harness/worker/fixtures/walk.ts";
import { cifar10LabelsSuite } from "../../cifar10-labels/suite.ts";
import { svhn1000LabelsSuite } from "../../svhn-1000-labels/suite.ts";
import { METRICS, metricOf, WAYS } from "./metrics.ts";

const root = mkdtempSync(join(tmpdir(), "semi-supervised-run-"));
after(() => rmSync(root, { recursive: true, force: true }));
let engine: Engine;
before(async () => {
  engine = await openEngine({ provision: false });
});

async function run(suite: Suite, spec: RunSpec, from?: HostState): Promise<{ made: Measurement; state: HostState }> {
  let state: HostState = {};
  const context = {
    engine,
    seed: (purpose: string) => streamKey("a seed", spec.path, purpose),
    pause: async () => {},
    needed: () => ({ spec, weights: from! }),
    async train(training: Parameters<RunContext["train"]>[0]) {
      const trained = await startOn(engine, training, {
        store: Store.open(join(root, encodeURIComponent(spec.path)), { create: true }),
      });
      state = trained.finalState;
      return trained;
    },
  } as unknown as RunContext;
  const made = await suite.run(spec, context);
  return { made, state };
}

/** As it would be read from a store. */
const stored = (spec: RunSpec, { metrics, curve, arrays }: Measurement): StoredRun =>
  ({
    record: {
      state: "finished",
      spec,
      metrics,
      curve,
      artifacts: Object.fromEntries(Object.keys(arrays).map((name) => [name, {}])),
    },
    array: (name: string) => arrays[name]!.data,
  }) as unknown as StoredRun;

/** The first run of each of these rows in the smoke profile, with that which its model starts from. */
function runsOf(suite: Suite, rows: readonly string[]): readonly { spec: RunSpec; from?: RunSpec }[] {
  const { runs, needs = [] } = suite.plan("smoke", engine.class, { rootSeed: "a seed" });
  return rows.map((row) => {
    const spec = runs.find(({ settings }) => settings.row === row)!;
    const from = needs.find(({ path }) => path === spec.needs?.path);
    return from ? { spec, from } : { spec };
  });
}

/** Each row once. */
const ROWS_OF = [
  [svhn1000LabelsSuite, ["m1-m2", "swwae", "sdgm"]],
  [cifar10LabelsSuite, ["supervised", "ladder", "catgan", "gan-fm", "ali-k1"]],
] as const;

/** Rows of the suites' plans. */
const rowsOf = (suites: readonly Suite[]): unknown[] =>
  suites
    .flatMap((suite) => suite.plan("smoke", "tensorflow-cpu", { rootSeed: "a seed" }).runs)
    .flatMap(({ settings }) => settings.row ?? []);

test("every row is among them", () => {
  assert.deepEqual(
    ROWS_OF.flatMap(([, rows]) => [...rows]).sort(),
    [...new Set(rowsOf([svhn1000LabelsSuite, cifar10LabelsSuite]))].sort(),
  );
});

for (const [suite, rows] of ROWS_OF)
  describe(`smoke runs of ${suite.id}`, () => {
    const made: StoredRun[] = [];
    before(async () => {
      for (const { spec, from } of runsOf(suite, rows)) {
        const trained = from && (await run(suite, from)).state;
        made.push(stored(spec, (await run(suite, spec, trained)).made));
      }
    });

    test("report what the suite declares, and a model of one way to classify the same under all", () => {
      const declared = METRICS.map(({ key }) => key).sort();
      for (const { record } of made) {
        if (record.state !== "finished") continue;
        const { metrics, spec } = record;
        assert.deepEqual(Object.keys(metrics).sort(), declared, spec.model);
        assert.equal(metrics.error! > 0 && metrics.error! <= 100, true, `${spec.model}: ${metrics.error}`);
        if (spec.settings.row === "ali-k1") continue;
        for (const way of WAYS) assert.equal(metrics[metricOf(way)], metrics.error, spec.model);
      }
    });

    test("keep the labelled rows: the same for all at a number of labels", () => {
      const drawn = made.map((of) => ({
        labels: of.record.spec.settings.labels as number,
        rows: of.array("labelled"),
      }));
      for (const { labels, rows } of drawn) {
        assert.equal(new Set(rows).size, labels);
        assert.deepEqual(rows, drawn.find((other) => other.labels === labels)!.rows);
      }
    });

    test("are drawn: the table, curves, and of each run its confusions, calibration and mistakes", () => {
      const figures = suite.figures(made);
      const ids = figures.map(({ id }) => id);
      for (const id of ["table", "runs", "curves", "confusions", "calibration", "mistakes"])
        assert.equal(ids.includes(id), true, `${ids}`);
      for (const figure of figures) {
        if (figure.kind !== "matrices") continue;
        assert.equal(figure.panels.length, made.length);
        for (const { counts, note } of figure.panels) {
          const right = counts.reduce((sum, count, at) => (at % 11 === 0 ? sum + count : sum), 0);
          const all = counts.reduce((sum, count) => sum + count, 0);
          assert.equal(note, `test error ${(100 * (1 - right / all)).toFixed(1)} %`);
        }
      }
    });
  });

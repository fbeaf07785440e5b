import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { mixtureData } from "../../datasets/mixture.ts";
import { nearestComponents } from "../../datasets/mixture-coverage.ts";
import type { GridFigure } from "../../harness/contract/figures.ts";
import type { FinishedRun } from "../../harness/contract/run.ts";
import type { StoredRun } from "../../harness/contract/suite.ts";
import { standardNormal } from "../../harness/engine/stateless-normal.ts";
import { streamKey } from "../../harness/random/seeds.ts";
import { EASY_MIXTURE } from "../toy-modes/settings.ts";
import { bestCovering } from "./figures.ts";
import { toyInferenceSuite } from "./suite.ts";

const ROOT_SEED = "a seed";
const { runs: PLANNED } = toyInferenceSuite.plan("smoke", "cpu", { rootSeed: ROOT_SEED, replicates: 3 });

/** A stored run whose arrays hold its replicate everywhere. */
function stored(model: string, replicate: number, modes: number, share3sd: number, setting = "random"): StoredRun {
  const spec = PLANNED.find((s) => s.model === model && s.replicate === replicate && s.setting === setting)!;
  const record = {
    state: "finished",
    spec,
    metrics: { modes, share3sd },
    curve: {},
    provenance: { rootSeed: ROOT_SEED },
  } as unknown as FinishedRun;
  return { record, array: () => new Float32Array(20_000).fill(replicate), weights: () => ({}) };
}
const failed = (run: StoredRun): StoredRun => ({ ...run, record: { ...run.record, state: "diverged" } as never });
const grid = (...runs: StoredRun[]) => toyInferenceSuite.figures(runs)[0] as GridFigure;
const recordsOf = (...runs: StoredRun[]) => runs.map(({ record }) => record as FinishedRun);

describe("the best-covering run", () => {
  test("covers most modes", () => {
    assert.equal(bestCovering(recordsOf(stored("ali", 0, 7, 0.9), stored("ali", 1, 8, 0.1))), 1);
  });
  test("of a tie has the larger share within 3σ, then the lower replicate", () => {
    const tied = [stored("ali", 2, 8, 0.5), stored("ali", 1, 8, 0.5), stored("ali", 0, 8, 0.4)];
    assert.equal(bestCovering(recordsOf(...tied)), 1);
  });
  test("is none of none", () => assert.equal(bestCovering([]), null));
});

describe("the figure of five rows and four columns", () => {
  const { heldOut } = mixtureData(EASY_MIXTURE, 1_000);
  const runs = [
    stored("ali", 0, 7, 0.9),
    stored("ali", 1, 8, 0.9),
    stored("inverse", 0, 9, 0.2),
    stored("inverse", 2, 5, 0.2),
    stored("post-hoc", 0, 4, 0.2),
    stored("post-hoc", 2, 9, 0.9),
    stored("vae", 1, 9, 0.5),
    stored("vae", 2, 9, 0.6, "random-unit-variance"),
    stored("vae", 2, 9, 0.9, "fixed"),
  ];

  test("shows the best-covering ALI, the best-covering GAN twice and the best-covering VAE of the primary reading", () => {
    const { rows, columns } = grid(...runs);
    assert.deepEqual([rows.length, columns.length], [5, 4]);
    assert.deepEqual(
      rows[1]!.panels.map(({ points }) => points[0]),
      [1, 0, 0, 1],
    );
    assert.match(columns[2]!.note, /best-covering GAN: replicate 0, 4 modes, 20 % within 3σ/);
  });

  test("has the held-out examples, coloured by component as their codes and reconstructions are", () => {
    const { rows } = grid(...runs);
    const component = Uint8Array.from(nearestComponents(heldOut.subarray(0, 2_000), EASY_MIXTURE));
    for (const { panels } of rows.slice(0, 3)) for (const panel of panels) assert.deepEqual(panel.component, component);
    for (const { panels } of rows.slice(3)) for (const panel of panels) assert.equal(panel.component, null);
    assert.deepEqual(rows[0]!.panels[3]!.points, heldOut.slice(0, 2_000));
  });

  test("has the very draws of the prior that the samples were decoded from", () => {
    const { panels } = grid(...runs).rows[3]!;
    const key = streamKey(ROOT_SEED, "toy-inference/smoke/inverse/random/replicate=0", "samples");
    assert.deepEqual(panels[1]!.points, standardNormal(20_000, key).slice(0, 2_000));
  });

  test("has an empty column where no run finished", () => {
    const { rows, columns } = grid(
      ...runs.filter(({ record }) => record.spec.model !== "vae"),
      failed(stored("vae", 0, 9, 1)),
    );
    assert.equal(columns[3]!.note, "no finished run");
    for (const { panels } of rows) assert.deepEqual(panels[3], { points: new Float32Array(0), component: null });
  });

  test("goes by the post-hoc runs for the GAN where no inverse mapping finished", () => {
    const { rows } = grid(...runs.filter(({ record }) => record.spec.model !== "inverse"));
    assert.equal(rows[1]!.panels[2]!.points[0], 2);
  });
});

test("no runs, no figures", () => assert.deepEqual(toyInferenceSuite.figures([]), []));

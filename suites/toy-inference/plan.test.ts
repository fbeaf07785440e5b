import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { ali } from "../../baselines/models/ali/model.ts";
import { gan } from "../../baselines/models/gan/model.ts";
import { settingOf } from "../../harness/contract/readings.ts";
import type { RunSpec } from "../../harness/contract/run.ts";
import { placesOf } from "../../harness/plan/places.ts";
import { armsOf } from "../../harness/verdict/judge.ts";
import { toyModesSuite } from "../toy-modes/suite.ts";
import { toyInferenceSuite as suite } from "./suite.ts";

const ROOT = { rootSeed: "a seed" };
const ENGINE = "tensorflow-cpu";
const pick = ({ setting, replicate, settings, dataSha256 }: RunSpec) => ({ setting, replicate, settings, dataSha256 });
const counts = (profile: "paper" | "quick" | "smoke") => {
  const { runs } = suite.plan(profile, ENGINE, ROOT);
  return ["ali", "inverse", "post-hoc", "vae"].map((slot) => runs.filter(({ model }) => model === slot).length);
};

describe("the plan", () => {
  test("has every ALI and every GAN of toy-modes, and a VAE of either likelihood beside each", () => {
    assert.deepEqual(counts("paper"), [40, 40, 40, 80]);
    assert.deepEqual(counts("quick"), [20, 20, 20, 30]);
    assert.deepEqual(counts("smoke"), [4, 4, 4, 6]);
  });

  test("pairs each run with what it starts from: equal setting, replicate, hyperparameters, data and updates", () => {
    const plan = suite.plan("quick", ENGINE, ROOT);
    const upstream = toyModesSuite.plan("quick", ENGINE, ROOT).runs;
    for (const { spec, needs } of placesOf(plan, ENGINE, ROOT.rootSeed)) {
      assert.equal(needs?.spec.model, { ali: "ali", inverse: "gan", "post-hoc": "gan" }[spec.model], spec.path);
      if (!needs) continue;
      assert.deepEqual(
        upstream.find(({ path }) => path === needs.spec.path),
        needs.spec,
      );
      assert.deepEqual(pick(spec), pick(needs.spec));
      assert.equal(spec.updates, spec.model === "ali" ? 0 : needs.spec.updates);
    }
  });

  test("gives a VAE the hyperparameters of the ALI of its replicate", () => {
    const { runs } = suite.plan("paper", ENGINE, ROOT);
    for (const { setting, replicate, settings } of runs.filter(({ model }) => model === "vae")) {
      const { likelihoodSd, ...shared } = settings;
      assert.equal(likelihoodSd, setting.endsWith("-unit-variance") ? 1 : "learned");
      const beside = runs.find(
        (run) =>
          run.model === "ali" && run.replicate === replicate && setting.replace("-unit-variance", "") === run.setting,
      );
      assert.deepEqual(shared, beside?.settings);
    }
  });

  test("has runs for every arm of every claim under every reading of the paper profile", () => {
    const { runs } = suite.plan("paper", ENGINE, ROOT);
    assert.equal(suite.readings.length, 8);
    for (const reading of suite.readings)
      for (const arm of suite.claims.flatMap(armsOf))
        assert.equal(
          runs.filter(({ model, setting }) => model === arm && setting === settingOf(reading, arm)).length,
          10,
          `${arm} under ${reading.id}`,
        );
  });

  test("with another ALI starts from toy-modes' runs of that one", () => {
    const changed = suite.withModel!("ali", { ...ali, version: 7 });
    const plan = changed.plan("smoke", ENGINE, ROOT);
    const usual = new Map(suite.plan("smoke", ENGINE, ROOT).runs.map(({ path, modelVersion }) => [path, modelVersion]));
    for (const { spec, needs } of placesOf(plan, ENGINE, ROOT.rootSeed)) {
      assert.equal(spec.modelVersion, spec.model === "ali" ? 7 : usual.get(spec.path));
      const startsFrom = new Map([
        ["ali", 7],
        ["inverse", gan.version],
        ["post-hoc", gan.version],
      ]);
      assert.equal(needs?.spec.modelVersion, startsFrom.get(spec.model));
    }
  });

  test("refuses a slot that it does not have", () => {
    assert.throws(() => suite.withModel!("gan", ali), /Unknown slot "gan".*ali, inverse, post-hoc, vae/);
  });
});

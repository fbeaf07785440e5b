import assert from "node:assert/strict";
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { after, describe, test } from "node:test";
import type { Claim, PublishedValue } from "../harness/contract/claims.ts";
import { settingOf } from "../harness/contract/readings.ts";
import { PROFILES, RunSpec } from "../harness/contract/run.ts";
import { plannedFaults, suiteFaults } from "../harness/plan/sound-suite.ts";
import { suiteFiles } from "../harness/provenance/suite-files.ts";
import { runKey } from "../harness/store/run-key.ts";
import { PAPERS, SUITES } from "./index.ts";
import { pretendPrepared } from "./shared/images/fixtures/official-manifests.ts";

const { restore } = pretendPrepared();
after(restore);

const ENGINE_CLASSES = ["tensorflow-cpu", "tensorflow-gpu", "wasm", "cpu"];
const SEED = "a seed";
const folders = readdirSync(import.meta.dirname, { withFileTypes: true })
  .filter((entry) => entry.isDirectory() && existsSync(join(import.meta.dirname, entry.name, "suite.ts")))
  .map(({ name }) => name);

const repeated = (names: readonly string[]): string[] => names.filter((name, i) => names.indexOf(name) !== i);

/** The printed numbers that a claim refers to. */
function referencesOf(claim: Claim): readonly PublishedValue[] {
  if (!("published" in claim) || claim.published === null) return [];
  return "id" in claim.published ? [claim.published] : claim.published;
}

test("the list has every folder with a suite.ts, once, under its own name", () => {
  const ids = SUITES.map(({ id }) => id);
  assert.deepEqual(repeated(ids), []);
  assert.deepEqual([...ids].sort(), folders.sort());
});

test("suites differ in title", () => assert.deepEqual(repeated(SUITES.map(({ title }) => title)), []));

for (const suite of SUITES)
  describe(suite.id, () => {
    test("has a README.md", () => {
      assert.ok(
        existsSync(join(import.meta.dirname, suite.id, "README.md")),
        `suites/${suite.id}/README.md is missing`,
      );
    });

    test("names each claim, reading and metric once", () => {
      assert.deepEqual(repeated(suite.claims.map(({ id }) => id)), []);
      assert.deepEqual(repeated(suite.readings.map(({ id }) => id)), []);
      assert.deepEqual(repeated(suite.metrics.map(({ key }) => key)), []);
    });

    const paper = PAPERS.find(({ suites }) => suites.includes(suite));
    test("takes every printed number from its paper", {
      skip: !paper && "no claims of a paper",
    }, () => {
      for (const reference of suite.claims.flatMap(referencesOf)) {
        const printed = paper!.published.find(({ id }) => id === reference.id);
        assert.ok(printed, `"${reference.id}" is not printed in ${paper!.title}`);
        assert.deepEqual(reference, printed);
      }
    });

    test("claims what can be tested, of metrics in their units", () => assert.deepEqual(suiteFaults(suite), []));

    test("plans every arm and setting that its claims and readings speak of, all data being there", () => {
      const plan = suite.plan("paper", "cpu", { rootSeed: SEED, replicates: 2 });
      assert.deepEqual([plan.missing ?? [], plannedFaults(suite, [plan])], [[], []]);
    });

    test("names the module of every arm that trains: a change of one model leaves the runs of the others valid", () => {
      const { runs } = suite.plan("paper", "cpu", { rootSeed: SEED, replicates: 1 });
      const { arms } = suiteFiles(suite.id);
      const trained = runs.filter(({ updates }) => updates > 0).map(({ model }) => model);
      assert.deepEqual(
        trained.filter((arm) => !arms.has(arm)),
        [],
      );
    });

    for (const profile of PROFILES)
      for (const engineClass of ENGINE_CLASSES)
        test(`plans ${profile} on ${engineClass}: valid runs, each with a path and key of its own`, () => {
          const plan = suite.plan(profile, engineClass, { rootSeed: SEED });
          assert.equal(plan.profile, suite.literal ? "paper" : profile);
          assert.equal(Boolean(plan.runs.length > 0), true);
          for (const run of plan.runs) {
            assert.deepEqual(RunSpec.parse(run), run);
            assert.deepEqual([run.suite, run.suiteVersion, run.profile], [suite.id, suite.version, plan.profile]);
            // Several stand-ins: a run's budget names its own, the plan's all of them.
            const own = run.budget.slice(plan.profile.length);
            assert.equal(run.budget.startsWith(plan.profile) && plan.budget.includes(own), true, run.budget);
            assert.ok(
              suite.readings.some((reading) => settingOf(reading, run.model) === run.setting),
              run.setting,
            );
          }
          assert.deepEqual(repeated(plan.runs.map(({ path }) => path)), []);
          assert.deepEqual(repeated(plan.runs.map((run) => runKey(run, engineClass, SEED))), []);
        });

    if (suite.literal)
      test("is literal: it plans the same under every profile, on the paper's terms", () => {
        const [first, ...others] = PROFILES.map((profile) => suite.plan(profile, "cpu", { rootSeed: SEED }));
        for (const other of others) assert.deepEqual(other, first);
        assert.equal(suite.usesPapersData("paper"), true);
      });

    test("plans the same runs again, and others under another seed's key", () => {
      const plan = (rootSeed: string) => suite.plan("smoke", "cpu", { rootSeed });
      assert.deepEqual(plan(SEED), plan(SEED));
      const keys = (rootSeed: string) => plan(rootSeed).runs.map((run) => runKey(run, "cpu", rootSeed));
      assert.deepEqual(
        keys(SEED).filter((key) => keys("another").includes(key)),
        [],
      );
    });

    test("plans the paper profile alike on every engine: it is literal", () => {
      const [first, ...others] = ENGINE_CLASSES.map((engine) => suite.plan("paper", engine, { rootSeed: SEED }).runs);
      for (const other of others) assert.deepEqual(other, first);
    });
  });

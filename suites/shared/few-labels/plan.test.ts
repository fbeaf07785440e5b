import assert from "node:assert/strict";
import { afterEach, describe, test } from "node:test";
import { settingOf } from "../../../harness/contract/readings.ts";
import type { Plan, Suite } from "../../../harness/contract/suite.ts";
import { armsOf } from "../../../harness/verdict/judge.ts";
import { cifar10LabelsSuite } from "../../cifar10-labels/suite.ts";
import { svhn1000LabelsSuite } from "../../svhn-1000-labels/suite.ts";
import { pretendPrepared } from "../images/fixtures/official-manifests.ts";

const ENGINE = "tensorflow-cpu";
const SUITES: readonly Suite[] = [svhn1000LabelsSuite, cifar10LabelsSuite];
const ROOT = { rootSeed: "a seed" };
let restore = (): void => {};
afterEach(() => restore());
const withData = (...prepared: Parameters<typeof pretendPrepared>): void => {
  restore = pretendPrepared(...prepared).restore;
};
const once = (suite: Suite): Plan => suite.plan("paper", ENGINE, { ...ROOT, replicates: 1 });
const updatesOf = ({ runs }: Plan): Record<string, number> =>
  Object.fromEntries(runs.map(({ model, setting, updates }) => [`${model} ${setting}`, updates]));

describe("plans of the semi-supervised tables", () => {
  test("of the paper profile have the published epochs of the official images", () => {
    withData();
    const svhn = updatesOf(once(svhn1000LabelsSuite));
    assert.equal(svhn["gan-fm table"], 658_800);
    assert.equal(svhn["gan-fm table-june-9"], 501 * 732);
    assert.equal(svhn["m1-m2 table"], 600_000);
    assert.equal(svhn["sdgm table"], 732_000);
    assert.equal(svhn["ali-l2-svm table"], 0);
    const cifar10 = updatesOf(once(cifar10LabelsSuite));
    assert.equal(cifar10["gan-fm-4000 table"], 600_000);
    assert.equal(cifar10["gan-fm-1000 table-squared-june-9"], 500_500);
  });

  test("have ten draws of labels in the paper profile, the same for every row", () => {
    withData();
    for (const suite of SUITES) {
      const runs = suite.plan("paper", ENGINE, ROOT).runs.filter(({ settings }) => "labelKey" in settings);
      assert.deepEqual(new Set(runs.map(({ replicate }) => replicate)).size, 10);
      assert.equal(new Set(runs.map(({ settings }) => JSON.stringify(settings.labelKey))).size, 1, suite.id);
      const other = suite.plan("paper", ENGINE, { rootSeed: "another" }).runs[0]!;
      assert.notDeepEqual(other.settings.labelKey, runs[0]!.settings.labelKey);
    }
  });

  test("of the paper profile have runs for every claim under every reading", () => {
    withData();
    for (const suite of SUITES) {
      const planned = new Set(once(suite).runs.map(({ model, setting }) => `${model} ${setting}`));
      for (const reading of suite.readings)
        for (const claim of suite.claims)
          for (const arm of armsOf(claim)) {
            const wanted = `${arm} ${settingOf(reading, arm)}`;
            assert.equal(planned.has(wanted), true, `${suite.id}, ${reading.id}: ${wanted}`);
          }
    }
  });

  test("of reduced profiles have the primary reading alone, and every claim's arms", () => {
    withData();
    for (const suite of SUITES)
      for (const profile of ["quick", "smoke"] as const) {
        const { runs } = suite.plan(profile, ENGINE, ROOT);
        assert.deepEqual([...new Set(runs.map(({ setting }) => setting))], ["table"]);
        const arms = new Set(runs.map(({ model }) => model));
        for (const arm of suite.claims.flatMap(armsOf)) assert.equal(arms.has(arm), true, arm);
      }
  });

  test("on stand-ins say what they come to on the paper's own images", () => {
    for (const suite of SUITES) {
      withData();
      const official = once(suite);
      assert.equal(official.updatesOnPapersData, undefined);
      restore();
      withData(undefined, false);
      const here = once(suite);
      const trained = (plan: Plan) => [...plan.runs, ...(plan.needs ?? [])].filter(({ updates }) => updates > 0);
      assert.deepEqual(
        Object.values(here.updatesOnPapersData!),
        trained(official).map(({ updates }) => updates),
        suite.id,
      );
      restore();
    }
  });

  test("name the run that M1 + M2 starts from, and those of the linear classifiers", () => {
    withData();
    const { runs, needs } = once(svhn1000LabelsSuite);
    const from = (model: string) => runs.find((run) => run.model === model)!.needs?.path;
    assert.match(from("m1-m2")!, /^svhn-1000-labels\/paper\/vae-m1\//);
    assert.match(from("ali-l2-svm")!, /^svhn-l2-svm\/paper\/ali-l2-svm\//);
    assert.deepEqual(needs!.map(({ path }) => path).sort(), ["ali-l2-svm", "dcgan-l2-svm", "m1-m2"].map(from).sort());
  });
});

import assert from "node:assert/strict";
import { afterEach, describe, test } from "node:test";
import type { Plan, Suite } from "../../../harness/contract/suite.ts";
import { celebaConditionalSuite } from "../../celeba-conditional/suite.ts";
import { celebaInterpolationsSuite } from "../../celeba-interpolations/suite.ts";
import { cifar10LabelsSuite } from "../../cifar10-labels/suite.ts";
import { samplesAndReconstructionsSuite } from "../../samples-and-reconstructions/suite.ts";
import { svhn1000LabelsSuite } from "../../svhn-1000-labels/suite.ts";
import { svhnL2SvmSuite } from "../../svhn-l2-svm/suite.ts";
import { pretendPrepared } from "./fixtures/official-manifests.ts";

const ENGINE = "tensorflow-gpu";
const ROOT = { rootSeed: "a seed" };
const SUITES: readonly Suite[] = [
  svhnL2SvmSuite,
  samplesAndReconstructionsSuite,
  celebaInterpolationsSuite,
  celebaConditionalSuite,
];
let restore = (): void => {};
afterEach(() => restore());
const withData = (...datasets: Parameters<typeof pretendPrepared>): void => {
  restore = pretendPrepared(...datasets).restore;
};
const updatesOf = (suite: Suite) =>
  Object.fromEntries(
    suite.plan("paper", ENGINE, ROOT).runs.map(({ model, setting, updates }) => [`${model} ${setting}`, updates]),
  );

describe("plans of the paper profile on official images", () => {
  test("train for the printed epochs, the last minibatch of each with what is left", () => {
    withData();
    assert.deepEqual(updatesOf(svhnL2SvmSuite), {
      "ali-l2-svm table": 100 * 5_312,
      "dcgan-l2-svm table": 200 * 494, // 63,257 images make 988 minibatches of 64, each for one of the two networks
    });
    assert.deepEqual(updatesOf(samplesAndReconstructionsSuite), {
      "ali-cifar10 table": 6_475 * 450,
      "ali-cifar10 table-code": 6_475 * 450,
      "ali-svhn table": 0,
      "ali-celeba table": 123 * 1_628,
      "ali-celeba table-code": 123 * 1_628,
      "ali-imagenet-64 table": 125 * 10_010,
    });
    assert.deepEqual(updatesOf(celebaInterpolationsSuite), { "ali-celeba table": 0 });
    assert.deepEqual(updatesOf(celebaConditionalSuite), {
      "conditional-ali trained": 123 * 1_272,
      "conditional-ali fixed": 123 * 1_272,
    });
  });

  test("use the paper's data, and no other name stands in their budgets", () => {
    withData();
    for (const suite of SUITES) {
      assert.equal(suite.usesPapersData("paper"), true);
      assert.equal(suite.plan("paper", ENGINE, ROOT).budget, "paper");
      assert.equal(suite.usesPapersData("smoke"), false);
    }
  });

  test("have the sizes of the linear classifiers' protocols", () => {
    withData();
    const [ali, dcgan] = svhnL2SvmSuite.plan("paper", ENGINE, ROOT).runs.map(({ settings }) => settings.svm);
    const { grid, ...sizes } = ali as { grid: number[] } & Record<string, number>;
    assert.deepEqual(sizes, { labels: 1_000, validationDraws: 10, testDraws: 100, chosenOn: 1 });
    assert.deepEqual([grid.length, Math.log(grid[0]!), Math.log(grid[49]!)], [50, -20, 20]);
    assert.deepEqual(dcgan, {
      labels: 1_000,
      validationDraws: 0,
      testDraws: 100,
      chosenOn: 10,
      grid: [1e-4, 2e-4, 5e-4, 1e-3, 2e-3, 5e-3, 1e-2],
    });
  });
});

test("plans of the paper profile on stand-ins say what they come to on the paper's own images", () => {
  const trained = ({ runs, needs = [] }: Plan) => [...runs, ...needs].filter(({ updates }) => updates > 0);
  for (const suite of SUITES) {
    withData();
    const official = suite.plan("paper", ENGINE, ROOT);
    assert.equal(official.updatesOnPapersData, undefined);
    restore();
    withData(undefined, false);
    const here = suite.plan("paper", ENGINE, ROOT);
    const told = trained(here).map(({ path }) => here.updatesOnPapersData?.[path]);
    assert.notEqual(told.length, 0);
    assert.deepEqual(
      told,
      trained(official).map(({ updates }) => updates),
      suite.id,
    );
    assert.notDeepEqual(
      told,
      trained(here).map(({ updates }) => updates),
    );
    assert.equal(suite.plan("quick", ENGINE, ROOT).updatesOnPapersData, undefined);
    restore();
  }
});

describe("without images", () => {
  test("nothing is planned, and what is missing is said with how to get it", () => {
    withData([]);
    for (const suite of SUITES)
      for (const profile of ["paper", "quick"] as const) {
        const { runs, missing = [] } = suite.plan(profile, ENGINE, ROOT);
        assert.deepEqual(runs, []);
        assert.equal(missing.length, suite === samplesAndReconstructionsSuite ? 4 : 1);
        for (const { how } of missing) assert.match(how, /npm run dataset -- import/);
        assert.equal(suite.usesPapersData(profile), false);
      }
  });

  test("the runs that are left out are counted as those that the data would give, draws too", () => {
    const countsOf = (plan: Plan, draws = plan.draws) => {
      const counts = new Map<string, number>();
      const add = (model: string, setting: string, runs: number) => {
        const arm = `${model} ${setting}`;
        counts.set(arm, (counts.get(arm) ?? 0) + runs);
      };
      for (const { model, setting } of plan.runs) add(model, setting, 1);
      for (const { leftOut } of plan.missing ?? []) for (const arm of leftOut) add(arm.model, arm.setting, arm.runs);
      return { draws, counts: Object.fromEntries(counts) };
    };
    for (const suite of [...SUITES, svhn1000LabelsSuite, cifar10LabelsSuite])
      for (const profile of ["paper", "quick"] as const)
        for (const replicates of [undefined, 3]) {
          const plan = () => suite.plan(profile, ENGINE, { ...ROOT, ...(replicates && { replicates }) });
          withData([]);
          const without = plan();
          restore();
          withData();
          assert.deepEqual(countsOf(without), countsOf(plan()), `${suite.id}, ${profile}`);
          assert.equal(without.runs.length, 0);
          restore();
        }
  });

  test("of some sets, the others are planned", () => {
    withData(["cifar10"]);
    const { runs, missing = [] } = samplesAndReconstructionsSuite.plan("quick", ENGINE, ROOT);
    assert.deepEqual(
      runs.map(({ model }) => model),
      ["ali-cifar10"],
    );
    assert.equal(missing.length, 3);
  });

  test("smoke runs on generated ones, whose names stand in every run's budget", () => {
    withData([]);
    for (const suite of SUITES)
      for (const { budget } of suite.plan("smoke", ENGINE, ROOT).runs)
        assert.match(budget, /^smoke-generated-\w+-\d+$/);
  });
});

test("pictures of SVHN are those of the run that the linear classifier is on", () => {
  withData(["svhn"]);
  const { runs, needs = [] } = samplesAndReconstructionsSuite.plan("quick", ENGINE, ROOT);
  const [upstream] = svhnL2SvmSuite.plan("quick", ENGINE, ROOT).runs;
  assert.deepEqual(needs, [upstream]);
  assert.equal(runs[0]!.needs!.path, upstream!.path);
});

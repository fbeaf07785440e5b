import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { decides } from "../../harness/plan/places.ts";
import { mixtureProtocol } from "./protocol.ts";
import { QUESTIONS } from "./readings.ts";
import { BUDGETS, hyperparameters } from "./settings.ts";
import { toyModesSuite } from "./suite.ts";

const { runs } = toyModesSuite.plan("paper", "tensorflow-cpu", { rootSeed: "1" });
const arms = (claimId: string): string[] => {
  const claim = toyModesSuite.claims.find(({ id }) => id === claimId)!;
  const behind = runs.filter(decides(claim, toyModesSuite));
  return [...new Set(behind.map(({ model, setting }) => `${model}, ${setting}`))].sort();
};

test("a number waits for its arm's runs under the primary reading", () => {
  assert.deepEqual(arms("ali-mean"), ["ali, random"]);
  assert.deepEqual(arms("gan-range"), ["gan, random"]);
});

test("an ordering, which has to hold under every reading, waits for both arms' runs under all of them", () => {
  const settings = ["fixed", "fixed-beta1-0.8", "random", "random-narrow"];
  assert.deepEqual(
    arms("ali-over-gan"),
    ["ali", "gan"].flatMap((arm) => settings.map((setting) => `${arm}, ${setting}`)),
  );
});

test("the protocol prints the range that learning rates of each budget are drawn from", () => {
  const field = "Ranges of the random hyperparameters";
  for (const [id, budget] of Object.entries(BUDGETS)) {
    const said = mixtureProtocol(budget).find((one) => one.field === field)!.ours;
    const [low, high] = /learning rate (\S+) to (\S+?)[ ,]/.exec(said)!.slice(1).map(Number);
    const drawn = Array.from({ length: 400 }, (_, i) => hyperparameters("random", budget, [i, 22]).learningRate);
    const [least, most] = [Math.min(...drawn), Math.max(...drawn)];
    assert.ok(low! <= least && most <= high!, `${id}: ${said}; drawn ${least} to ${most}`);
    // 400 draws from a hundredfold range reach within 10 % of its ends.
    assert.ok(least < low! * 1.1 && most > high! / 1.1, `${id}: ${said}; drawn ${least} to ${most}`);
  }
});

const README = readFileSync(join(import.meta.dirname, "README.md"), "utf8");

test("the README names every reading's options and their number", () => {
  assert.match(README, new RegExp(`^${toyModesSuite.readings.length} readings`, "m"));
  for (const { options } of QUESTIONS)
    for (const { id } of options) assert.equal(README.includes(`\`${id}\``), true, id);
});

test("the README's lowest shares within 3σ are those of the accepted baseline", () => {
  const folder = join(import.meta.dirname, "../../baselines/accepted/toy-modes/quick.tensorflow-cpu");
  const latest = readdirSync(folder).sort().at(-1)!;
  const { runs: accepted } = JSON.parse(readFileSync(join(folder, latest), "utf8")) as {
    runs: { model: string; setting: string; metrics: { share3sd: number } }[];
  };
  const lowest = (model: string, setting: string): string => {
    const of = accepted.filter((run) => run.model === model && run.setting === setting);
    assert.equal(of.length, 10);
    return Math.min(...of.map(({ metrics }) => metrics.share3sd)).toFixed(3);
  };
  const said = `as low as ${lowest("ali", "random")} (ALI; ${lowest("gan", "random")} GAN) against at least ${lowest("ali", "fixed")} and ${lowest("gan", "fixed")} under \`fixed\``;
  assert.equal(README.replace(/\s+/g, " ").includes(said), true, said);
});

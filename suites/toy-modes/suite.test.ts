import assert from "node:assert/strict";
import { test } from "node:test";
import { decides } from "../../harness/evidence.ts";
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

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { budgetOf } from "../contract/profiles.ts";
import { costOf, ENGINES, engineOf, isInstalled, stackedClass, unstackedClass } from "./engine.ts";

describe("the table of engines", () => {
  test("lists them best first; TensorFlow alone has to be installed", () => {
    assert.deepEqual(ENGINES, ["tensorflow", "wasm", "cpu"]);
    assert.deepEqual(ENGINES.filter(isInstalled), ["tensorflow"]);
  });

  test("knows the engine and the cost of a class, stacked or not", () => {
    const classes = ["tensorflow-cpu", stackedClass("tensorflow-gpu"), "wasm", "cpu", "tensorflow-tpu", "wasm-2"];
    assert.deepEqual(classes.map(engineOf), ["tensorflow", "tensorflow", "wasm", "cpu", undefined, undefined]);
    assert.deepEqual(classes.map(costOf), ["fast", "fast", "slow", "slow", "slow", "slow"]);
    assert.deepEqual(classes.slice(0, 2).map(unstackedClass), ["tensorflow-cpu", "tensorflow-gpu"]);
  });

  test("gives slow classes a smaller quick budget", () => {
    assert.deepEqual(
      (["paper", "quick", "smoke"] as const).map((profile) => budgetOf(profile, "wasm")),
      ["paper", "quick-wasm", "smoke"],
    );
    assert.equal(budgetOf("quick", "tensorflow-cpu-stacked"), "quick");
  });
});

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import { placesOf } from "../../harness/plan/places.ts";
import { isWanted, type PlanChoice, planOf, requireRunnable } from "../../harness/plan/plan-of.ts";
import { thisProject } from "../../harness/project.ts";
import { toyModesSuite } from "./suite.ts";

const ENGINE_CLASS = "tensorflow-cpu";
/** Run keys by path, written by the program at revision bb1515d. */
const KEPT: Record<string, string> = JSON.parse(
  readFileSync(join(import.meta.dirname, "fixtures", "paper-run-keys.json"), "utf8"),
);
const paper = { profile: "paper", seed: thisProject().rootSeed } as const;

/** Keys, by path, of the runs that `npm run suite toy-modes` does with these options. */
function chosen(choice: PlanChoice): Record<string, string> {
  requireRunnable(toyModesSuite, choice);
  const places = placesOf(planOf(toyModesSuite, choice, ENGINE_CLASS), ENGINE_CLASS, choice.seed);
  const isWantedHere = isWanted(toyModesSuite, choice);
  return Object.fromEntries(places.filter(({ spec }) => isWantedHere(spec)).map(({ spec, key }) => [spec.path, key]));
}

const kept = (pattern: RegExp): Record<string, string> =>
  Object.fromEntries(Object.entries(KEPT).filter(([path]) => pattern.test(path)));

describe("the 80 runs of the paper profile", () => {
  it("have the keys that stored runs have: what was trained for days still counts", () => {
    assert.equal(Object.keys(KEPT).length, 80);
    assert.deepEqual(chosen(paper), KEPT);
  });

  it("keep their keys when only those of one setting are asked for", () => {
    const fixed = chosen({ ...paper, setting: "fixed" });
    assert.equal(Object.keys(fixed).length, 20);
    assert.deepEqual(fixed, kept(/\/fixed\//));
    assert.deepEqual(chosen({ ...paper, setting: "random-narrow", model: "gan" }), kept(/gan\/random-narrow\//));
    assert.deepEqual(chosen({ ...paper, setting: "fixed", replicates: 3 }), kept(/\/fixed\/replicate=[012]$/));
    assert.deepEqual(chosen({ ...paper, setting: "random", claim: "ali-mean" }), kept(/ali\/random\//));
    const ordering = chosen({ ...paper, setting: "fixed-beta1-0.8", claim: "ali-over-gan" });
    assert.deepEqual(ordering, kept(/\/fixed-beta1-0.8\//));
  });

  it("keep their keys when more replicates are asked for", () => {
    const more = chosen({ ...paper, setting: "fixed", replicates: 12 });
    assert.equal(Object.keys(more).length, 24);
    for (const [path, key] of Object.entries(kept(/\/fixed\//))) assert.equal(more[path], key, path);
  });
});

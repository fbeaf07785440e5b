/**
 * The examples of a model of one's own. That they build and step is tried here, at the smoke profile. What compare calls
 * them is judged again from the runs that were kept: `fixtures/*.json` are what these wrote, with where they come from:
 *
 *   npm run suite toy-modes && npm run accept toy-modes
 *   npm run compare toy-modes -- --model ci/examples/ali-worse.ts --slot ali
 *   npm run compare toy-modes -- --model ci/examples/ali-equivalent.ts --slot ali
 */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import { register } from "tsx/esm/api";
import type { ChangeData } from "../../harness/compare/change-data.ts";
import { type ComparedChange, judgeChange } from "../../harness/compare/judge-change.ts";
import { openEngine } from "../../harness/engine/open.ts";
import { checkModel } from "../../harness/worker/check-model.ts";
import { toyModesSuite } from "../../suites/toy-modes/suite.ts";

register(); // a module of one's own is TypeScript
const kept = (name: string): ChangeData =>
  JSON.parse(readFileSync(join(import.meta.dirname, "fixtures", `${name}.json`), "utf8"));

describe("the example", async () => {
  const engine = await openEngine({ requested: "cpu", provision: false });
  for (const [name, verdict] of [
    ["ali-worse", "REGRESSED"],
    ["ali-equivalent", "INCONCLUSIVE"],
  ] as const) {
    it(`${name} can take ALI's slot`, async () => {
      const plan = toyModesSuite.plan("smoke", "cpu", { rootSeed: "1" });
      const spec = plan.runs.find((run) => run.model === "ali")!;
      const module = join(import.meta.dirname, `${name}.ts`);
      const checked = await checkModel(
        [toyModesSuite],
        { type: "check", spec, needs: null, rootSeed: "1", module },
        engine,
      );
      assert.equal(checked.id, name);
      assert.deepEqual(checked.moduleParameters, checked.parameters);
    });

    it(`${name} is ${verdict} on ten pairs a setting`, () => {
      const { change, module } = kept(name);
      assert.equal(module?.id, name);
      const again = judgeChange(
        change.comparisons.map(({ slot, setting, quantity, margin, runs }) => ({
          slot,
          setting,
          quantity,
          margin,
          ...runs,
        })),
      );
      assert.equal(again.verdict, verdict);
      // All ten runs cover every mode: where one in four may lose them unseen, counts are not shown to be equivalent.
      const said = ({ quantity }: ComparedChange): string =>
        name === "ali-equivalent" && quantity.metric === "share3sd" ? "EQUIVALENT" : verdict;
      assert.deepEqual(
        again.comparisons.map((one) => [one.verdict, one.runs.candidate.length]),
        change.comparisons.map((one) => [said(one), 10]),
      );
      // Other bits, not the same runs under another name.
      assert.equal(
        again.comparisons.some((one) => one.effect?.value !== 0),
        true,
      );
    });
  }
});

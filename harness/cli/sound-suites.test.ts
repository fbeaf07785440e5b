/** A fault in a suite's declarations ends every command that loads the suite, with one message, before it starts. */

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { thisProject } from "../project.ts";

/** A store with a run of the paper's profile; without one, `report` and `status` do not reach the claims. */
const FILLED = mkdtempSync(join(tmpdir(), "sound-suites-test-"));
after(() => rmSync(FILLED, { recursive: true }));
const NOWHERE = join(tmpdir(), `no-store-${process.pid}`);

/** Each command on toy-modes with one fault; a single process runs them all, because a start takes a second. */
const WRONG: Readonly<Record<string, { readonly change: string; readonly said: RegExp }>> = {
  unit: {
    change: `{ ...suite, claims: [{ ...point, published: { ...point.published, unit: "%" } }] }`,
    said: /^Error: Suite "toy-modes": claim "ali-mean": "toy\/ali\/modes" is printed in "%", but modes covered is measured in "modes"\.$/,
  },
  arm: {
    change: `{ ...suite, claims: [{ ...point, arm: "alli" }] }`,
    said: /^Error: Suite "toy-modes": claim "ali-mean": Unknown arm "alli"\. Did you mean "ali"\? Known: ali, gan\.$/,
  },
  setting: {
    change: `{ ...suite, readings: [{ id: "fixd", description: "", options: {} }] }`,
    said: /^Error: Suite "toy-modes": claim "ali-over-gan": reading "fixd" of arm "ali": Unknown setting "fixd"\. Did you mean "fixed"\?/,
  },
  metric: {
    change: `{ ...suite, claims: [{ ...point, quantity: { ...point.quantity, metric: "mods" } }] }`,
    said: /^Error: Suite "toy-modes": claim "ali-mean": Unknown metric "mods"\. Did you mean "modes"\?/,
  },
  path: {
    change: `{ ...suite, plan: (...given) => {
      const plan = suite.plan(...given);
      return { ...plan, runs: plan.runs.map((spec) => ({ ...spec, path: spec.path.replace(/replicate=.*/, "") })) };
    } }`,
    said: /^Error: Two runs of a plan have the path "toy-modes\/paper\/ali\/random\/": toy-modes, ali, random, replicate 0, and toy-modes, ali, random, replicate 1\./,
  },
};
const COMMANDS = [
  ["report", "toy-modes", "--store", FILLED, "--out", NOWHERE],
  ["status", "toy-modes", "--store", FILLED],
  ["plan", "toy-modes", "--profile", "paper", "--store", NOWHERE],
  ["suite", "toy-modes", "--profile", "paper", "--store", NOWHERE, "--out", NOWHERE],
];

test("an unsound suite is refused with exit code 2 by report, status, plan and suite, which write nothing", () => {
  const asked = Object.entries(WRONG).flatMap(([name, { change }]) => COMMANDS.map((args) => ({ name, change, args })));
  const code = `
    const { runCli } = await import(${JSON.stringify(join(import.meta.dirname, "run-cli.ts"))});
    const { placesOf } = await import(${JSON.stringify(join(thisProject().root, "harness", "plan", "places.ts"))});
    const { Store } = await import(${JSON.stringify(join(thisProject().root, "harness", "store", "store.ts"))});
    const { recordOf } = await import(${JSON.stringify(join(thisProject().root, "harness", "store", "fixtures", "records.ts"))});
    const { toyModesSuite: suite } = await import(${JSON.stringify(join(thisProject().root, "suites", "toy-modes", "suite.ts"))});
    const [seed, engine] = [${JSON.stringify(thisProject().rootSeed)}, "tensorflow-cpu"];
    const [place] = placesOf(suite.plan("paper", engine, { rootSeed: seed }), engine, seed);
    Store.open(${JSON.stringify(FILLED)}, { create: true }).write(place, recordOf(place));
    const point = suite.claims.find(({ id }) => id === "ali-mean");
    const changed = { ${Object.entries(WRONG)
      .map(([name, { change }]) => `${name}: ${change}`)
      .join(", ")} };
    for (const { name, args } of ${JSON.stringify(asked.map(({ name, args }) => ({ name, args })))}) {
      const code = await runCli(args, { suites: async () => [changed[name]] });
      console.error("exit code " + code + "\\n=====");
    }`;
  const { stdout, stderr } = spawnSync(process.execPath, ["--import", "tsx", "--input-type=module", "--eval", code], {
    encoding: "utf8",
    cwd: thisProject().root,
  });
  const answers = stderr.split("\n=====\n");
  for (const [i, { name, args }] of asked.entries()) {
    const [said, exitCode] = answers[i]!.split("\nexit code ");
    assert.match(said!, WRONG[name]!.said, `${name}, ${args[0]}`);
    assert.equal(exitCode, "2", `${name}, ${args[0]}`);
  }
  assert.equal(stdout, "");
  assert.equal(existsSync(NOWHERE), false);
});

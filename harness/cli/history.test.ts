/** History as a person meets it: whole programs on a project of their own, whose code gets worse and better. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, before, describe, it } from "node:test";
import { type Ended, ProgramUnderTest } from "../testing/program-under-test.ts";
import { TemporaryProject } from "../testing/project.ts";
import { historyText } from "./history.ts";

const project = new TemporaryProject();
after(() => project.remove());
const FIXTURE = "harness/testing/slotted.ts";
const sources = readFileSync(project.at(FIXTURE), "utf8");
const history = (...args: string[]): Promise<Ended> =>
  new ProgramUnderTest(project.main, ["history", "slotted", ...args]).ended;

/** Runs the suite with its models walking to `target`, and accepts what comes out. */
async function acceptAt(target: number): Promise<void> {
  project.write(FIXTURE, sources.replace("target = 1,", `target = ${target},`));
  if (project.git("status", "--porcelain") !== "") project.commit(`walks to ${target}`);
  const store = `runs-${target}`;
  for (const verb of ["suite", "accept"]) {
    const { code, stdout, stderr } = await project.run(verb, [], {}, store);
    assert.equal(code, 0, stdout + stderr);
  }
  project.commit(`accepted at ${target}`);
}

describe("history", () => {
  before(async () => {
    const none = await history();
    assert.deepEqual([none.code, /NO BASELINE of this suite/.test(none.stderr)], [3, true], none.stderr);
    for (const target of [1, 0.6, 1.5]) await acceptAt(target);
  });

  it("names each metric with its direction, and marks the steps, worse and better, with size and p", async () => {
    const { code, stdout, stderr } = await history();
    assert.equal(code, 0, stderr);
    const [head, fast, ...points] = stdout.trimEnd().split("\n");
    assert.equal(head, "slotted, smoke, cpu, suite version 1");
    assert.match(fast!, /^ {2}fast, only, root seed 1606\.00704: height, higher is better {2}\S{3}$/);
    assert.match(points[0]!, /^ {4}\d{4}-\d\d-\d\d {2}[0-9a-f]{7} {2}(0\.99|1)\d* ± \S+ \(8\)$/);
    assert.match(points[1]!, / 0\.[56]\d* ± \S+ \(8\) {2}← WORSE by 0\.[34]\d*, p = 0\.0\d+$/);
    assert.match(points[2]!, / 1\.[45]\d* ± \S+ \(8\) {2}← BETTER by 0\.[89]\d*, p = 0\.0\d+$/);
    assert.match(points[3]!, /^ {2}slow, only, /);
  });

  it("gives the same as JSON", async () => {
    const { stdout } = await history("--json");
    const { suite, histories } = JSON.parse(stdout);
    assert.deepEqual([suite, histories.length, histories[0].older], ["slotted", 1, 0]);
    const [metric] = histories[0].metrics;
    assert.deepEqual(
      [metric.slot, metric.metric, metric.better, metric.rootSeed],
      ["fast", "height", "higher", "1606.00704"],
    );
    assert.deepEqual(
      metric.points.map((point: { step: { direction: string } | null }) => point.step?.direction ?? null),
      [null, "worse", "better"],
    );
  });
});

it("a history whose runs failed has ranks in the place of a mean, and a step without a size", () => {
  const point = {
    revision: "0123456789",
    acceptedAt: "2020-01-02T00:00:00.000Z",
    n: 10,
    failed: 10,
    mean: null,
    sd: null,
  };
  const text = historyText({
    rootSeed: "1",
    slot: "ali",
    setting: "fixed",
    metric: "loss",
    label: "loss",
    unit: "nats",
    better: "lower",
    points: [{ ...point, step: { direction: "worse", size: null, p: 0.0005 } }],
  });
  assert.match(
    text,
    /lower is better[\s\S]*2020-01-02 {2}0123456 {2}failed runs: ranks \(10, 10 failed\) {2}← WORSE, p = 0\.0005$/,
  );
});

/** Every engine gives the values and gradients that PyTorch gives in float64, for each operation of the toy's steps. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import {
  CONTRACT_CASES,
  type ContractRun,
  caseName,
  type ExpectedTensor,
  type ObservedTensor,
} from "./contract-cases.ts";
import { ENGINES, type EngineId } from "./engine.ts";
import { findInstallation } from "./tensorflow/install/provision.ts";

/** Largest error of an entry, relative to the largest |entry| of its tensor; the engines work in float32. */
const TOLERANCE = 1e-5;

/** An engine is global to its process: one child an engine. */
function runContract(id: EngineId): ContractRun {
  const script = fileURLToPath(new URL("./contract-run.ts", import.meta.url));
  const child = spawnSync(process.execPath, ["--import", "tsx", script, id], {
    encoding: "utf8",
    maxBuffer: 64 * 1024 * 1024,
    env: { ...process.env, TF_CPP_MIN_LOG_LEVEL: "3" },
  });
  const line = child.stdout?.trimEnd().split("\n").at(-1) ?? "";
  if (!line.startsWith("{"))
    throw new Error(`${id}: the contract run printed no result (exit ${child.status})\n${child.stderr}`);
  return JSON.parse(line) as ContractRun;
}

function assertClose(what: string, observed: ObservedTensor, expected: ExpectedTensor): void {
  assert.deepEqual(observed.shape, expected.shape, `${what}: shape`);
  assert.equal(observed.values.length, expected.values.length, `${what}: number of entries`);
  const allowed = TOLERANCE * expected.largest;
  expected.values.forEach((value, i) => {
    const got = observed.values[i]!;
    assert.ok(
      Number.isFinite(got) && Math.abs(got - value) <= allowed,
      `${what}: entry ${i} of the walk is ${got}, expected ${value} within ${allowed}`,
    );
  });
  assert.ok(
    Number.isFinite(observed.norm) && Math.abs(observed.norm - expected.norm) <= TOLERANCE * expected.norm,
    `${what}: norm is ${observed.norm}, expected ${expected.norm}`,
  );
}

for (const id of ENGINES) {
  const run = runContract(id);
  if (run.state === "not opened") {
    const installed = findInstallation("cpu") ?? findInstallation("cuda");
    const mayMiss = id === "tensorflow" && !installed && !process.env.CI;
    test(`${id}: opens`, mayMiss ? { skip: run.reason } : {}, () => assert.fail(run.reason));
    continue;
  }
  for (const contract of CONTRACT_CASES)
    test(`${id}: ${caseName(contract)}`, () => {
      assert.equal(run.engine, id, "the engine that ran");
      const seen = run.cases[caseName(contract)];
      assert.ok(seen?.state === "done", seen ? (seen as { reason: string }).reason : "the case did not run");
      assertClose("value", seen.output, contract.output);
      contract.gradients?.forEach((expected, i) => {
        assertClose(`gradient of input ${i + 1}`, seen.gradients[i]!, expected);
      });
    });
}

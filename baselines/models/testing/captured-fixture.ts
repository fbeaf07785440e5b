import assert from "node:assert/strict";
import type { BuiltModel } from "../../../harness/contract/model.ts";
import type { Engine } from "../../../harness/engine/engine.ts";
import type { HostState } from "../../../harness/engine/host-state.ts";
import type { Program } from "../../../harness/engine/program.ts";

/** A program that goes on from the state read halfway ends as one that had not stopped, bit for bit; its `end` where known. */
export function assertResumes(
  engine: Engine,
  { step, initialState }: Pick<BuiltModel, "step" | "initialState">,
  update: (program: Program, index: number) => void,
  updates: number,
  end?: HostState,
): void {
  const ended = (): HostState => {
    const whole = engine.compile(step, initialState([3, 4]));
    for (let i = 0; i < updates; i++) update(whole, i);
    const state = whole.read();
    whole.dispose();
    return state;
  };
  const expected = end ?? ended();
  const half = engine.compile(step, initialState([3, 4]));
  for (let i = 0; i < updates / 2; i++) update(half, i);
  const resumed = engine.compile(step, half.read());
  for (let i = updates / 2; i < updates; i++) update(resumed, i);
  assert.deepEqual(resumed.read(), expected);
  for (const program of [half, resumed]) program.dispose();
}

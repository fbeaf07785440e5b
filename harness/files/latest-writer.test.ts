import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { LatestWriter } from "./latest-writer.ts";

/** A writer whose writes end when the test says so. */
function held() {
  const begun: string[] = [];
  const ends: { resolve(): void; reject(error: Error): void }[] = [];
  const writer = new LatestWriter<string>((value) => {
    begun.push(value);
    return new Promise<void>((resolve, reject) => ends.push({ resolve, reject }));
  });
  return { writer, begun, ends };
}
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe("the latest writer", () => {
  it("writes at once, one at a time, and the newest of those that came meanwhile", async () => {
    const { writer, begun, ends } = held();
    for (const value of ["a", "b", "c"]) writer.put(value);
    assert.deepEqual(begun, ["a"]);
    ends[0]!.resolve();
    await turn();
    assert.deepEqual(begun, ["a", "c"]);
    ends[1]!.resolve();
    await writer.settle();
    writer.put("d");
    assert.deepEqual(begun, ["a", "c", "d"]);
    ends[2]!.resolve();
    await writer.settle();
  });

  it("settles when the last one is written, not before", async () => {
    const { writer, ends } = held();
    writer.put("a");
    writer.put("b");
    let settled = false;
    const settling = writer.settle().then(() => {
      settled = true;
    });
    ends[0]!.resolve();
    await turn();
    assert.equal(settled, false);
    ends[1]!.resolve();
    await settling;
  });

  it("tells a failure to all who ask, and writes nothing after it", async () => {
    const { writer, begun, ends } = held();
    const full = new Error("full");
    writer.put("a");
    writer.put("b");
    ends[0]!.reject(full);
    await writer.idle();
    await assert.rejects(writer.settle(), full);
    assert.throws(() => writer.put("c"), full);
    assert.deepEqual(begun, ["a"]);
  });

  it("that had nothing to write is settled", async () => {
    const { writer } = held();
    await writer.settle();
  });
});

/** Contestants, their turns and what is made of them, with peers that compute nothing. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { describe, test } from "node:test";
import { alternate, peakOf, ratioOf } from "./alternate.ts";
import type { BenchCase, Block, Contestant } from "./case.ts";
import { BenchResult, resultOf } from "./result.ts";
import { type Served, startServed } from "./served.ts";
import { spreadOf } from "./spread.ts";
import { resultTable, resultText, time } from "./table.ts";

const FAKE = join(import.meta.dirname, "fixtures", "fake-peer.ts");
const fake = (name: string, ...args: string[]): Served => ({
  name,
  command: [process.execPath, "--import", "tsx", FAKE, ...args],
  core: null,
  steps: 3,
});
const CASE: BenchCase = {
  id: "fake",
  title: "a step that computes nothing",
  conditions: "None.",
  quick: true,
  peers: [],
  alternations: 5,
  open: () => Promise.reject(new Error("not opened here")),
};

/** A contestant of given blocks that writes its name down when it is its turn. */
function scripted(name: string, blocks: readonly Block[], log: string[] = []): Contestant {
  let turn = 0;
  return {
    name,
    versions: { [name]: "1" },
    close: async () => {},
    async block() {
      log.push(name);
      return blocks[turn++]!;
    },
  };
}
const block = (peakRssBytes: number | null, ...ms: number[]): Block => ({ ms, peakRssBytes });

describe("a spread", () => {
  test("has the quartiles of R's quantile(type = 7)", () => {
    assert.deepEqual(spreadOf([7, 1, 3, 10]), { n: 4, min: 1, q1: 2.5, median: 5, q3: 7.75, max: 10 });
    assert.deepEqual(spreadOf([2]), { n: 1, min: 2, q1: 2, median: 2, q3: 2, max: 2 });
  });

  test("of nothing is refused", () => assert.throws(() => spreadOf([]), RangeError));
});

describe("turns", () => {
  test("go round, one block each", async () => {
    const log: string[] = [];
    const some = Array.from({ length: 3 }, () => block(1, 1));
    const done: number[] = [];
    const turns = await alternate([scripted("a", some, log), scripted("b", some, log)], 3, (n) => done.push(n));
    assert.equal(log.join(""), "ababab");
    assert.deepEqual(done, [1, 2, 3]);
    assert.deepEqual(
      turns.map(({ contestant, blocks }) => [contestant.name, blocks.length]),
      [
        ["a", 3],
        ["b", 3],
      ],
    );
  });

  test("a ratio is that of the blocks' medians, alternation by alternation", () => {
    // Medians 2 by 4, 30 by 20, 5 by 5: the machine was ten times slower in the second alternation.
    const ours = [block(1, 1, 2, 90), block(1, 30, 30, 30), block(1, 5)];
    const theirs = [block(1, 4, 4, 4), block(1, 10, 20, 30), block(1, 5)];
    const { median, min, max, n } = ratioOf(ours, theirs);
    assert.deepEqual({ median, min, max, n }, { median: 1, min: 0.5, max: 1.5, n: 3 });
  });

  test("memory is the largest block's, and unknown where one's is", () => {
    assert.equal(peakOf([block(5, 1), block(9, 1), block(7, 1)]), 9);
    assert.equal(peakOf([block(5, 1), block(null, 1)]), null);
  });
});

describe("a result", () => {
  const result = async () => {
    const ours = scripted("ours", [block(100, 10, 12), block(200, 20, 22)]);
    const peer = scripted("peer", [block(400, 22, 22), block(400, 28, 28)]);
    return resultOf(CASE, await alternate([ours, peer], 2), 3);
  };

  test("is what its schema says, JSON and back", async () => {
    const made = await result();
    assert.deepEqual(BenchResult.parse(JSON.parse(JSON.stringify(made))), made);
  });

  test("has each one's times and the ratios by name", async () => {
    const { measured, ratio, alternations, machine } = await result();
    assert.deepEqual(
      measured.map(({ name, ms, peakMemoryBytes }) => [name, ms.median, ms.n, peakMemoryBytes]),
      [
        ["ours", 16, 4, 200],
        ["peer", 25, 4, 400],
      ],
    );
    assert.deepEqual(Object.keys(ratio), ["peer"]);
    // 11 / 22 and 21 / 28.
    assert.deepEqual([ratio.peer!.time.min, ratio.peer!.time.median, ratio.peer!.time.max], [0.5, 0.625, 0.75]);
    assert.equal(ratio.peer!.peakMemory, 0.5);
    assert.deepEqual([alternations, machine.boundTo], [2, 3]);
  });

  test("reads as lines and as a row of a Markdown table", async () => {
    const made = await result();
    assert.match(
      resultText(made),
      /ours by peer: 0\.625 of the time, quartiles 0\.563 to 0\.688, 0\.500 to 0\.750; 0\.500 of/,
    );
    assert.match(
      resultTable([made]),
      /^\| `fake` \| 16\.0 ms \| peer \| \*\*0\.625\*\* \(0\.563 to 0\.688\) \| 0\.500 \|$/m,
    );
    assert.match(resultTable([made]), /^Measured \d{4}-\d\d-\d\d, .*\(ours 1, peer 1\)\.$/m);
  });

  test("tells times in the unit they are read in", () => {
    assert.deepEqual([0.01234, 12.345, 123.4, 4_560].map(time), ["0.0123 ms", "12.3 ms", "123 ms", "4.56 s"]);
  });
});

describe("a served process", () => {
  test("says its versions, computes on one thread, answers a block a line, and ends when it is closed", async () => {
    const peer = await startServed(fake("fake", "2"));
    assert.deepEqual(peer.versions, { fake: "1.0.0", threads: "1" });
    assert.deepEqual(await peer.block(), { ms: [2, 2.001, 2.002], peakRssBytes: 1e6 });
    assert.deepEqual(await peer.block(), { ms: [4, 4.001, 4.002], peakRssBytes: 2e6 });
    await peer.close();
    await peer.close();
  });

  test("that ends before it is ready is an error with its last words", async () => {
    await assert.rejects(
      startServed(fake("fake", "1", "early")),
      /fake ended \(7\) before it answered\.\nno such library/,
    );
  });

  test("that cannot be started is an error", async () => {
    const missing: Served = { ...fake("fake"), command: ["/nowhere/python"] };
    await assert.rejects(startServed(missing), /fake ended \(.*ENOENT.*\) before it answered/);
  });

  for (const [how, message] of [
    ["short", /answered with 2 steps, asked for 3/],
    ["noise", /said what is no answer: Segmentation fault/],
  ] as const)
    test(`whose answer is ${how} is an error`, async () => {
      const peer = await startServed(fake("fake", "1", how));
      await assert.rejects(peer.block(), message);
      await peer.close();
    });

  test("beside another gives the ratio of what they say", async () => {
    const contestants = [await startServed(fake("ours", "1")), await startServed(fake("peer", "2"))];
    const { ratio } = resultOf(CASE, await alternate(contestants, 2), null);
    // (1 + 0.001) / (2 + 0.001) and (2 + 0.001) / (4 + 0.001).
    assert.deepEqual([ratio.peer!.time.max, ratio.peer!.time.min], [1.001 / 2.001, 2.001 / 4.001].sort().reverse());
    for (const each of contestants) await each.close();
  });
});

/** Collects runs of other stores by whole programs: killed at any write, two at once, next to a running suite. */
import assert from "node:assert/strict";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { setTimeout } from "node:timers/promises";
import { pathToFileURL } from "node:url";
import { holderOf } from "../files/lock.ts";
import { Stream, streamKey } from "../random/seeds.ts";
import { collect } from "../store/collect.ts";
import { placeOf } from "../store/fixtures/records.ts";
import { put, storeWith } from "../store/fixtures/stored.ts";
import { Store } from "../store/store.ts";
import { verifyStore } from "../store/verify.ts";
import {
  assertEnds,
  type Ended,
  FAST_TEMPORARY,
  filesBelow,
  MAIN,
  MILLISECOND_MAIN,
  ProgramUnderTest,
  results,
  run,
} from "../testing/program-under-test.ts";

/** More kills with SOAK set, as in ci/soak.sh. */
const KILLS = process.env.SOAK === undefined ? 20 : 200;
const SEED = process.env.KILL_SEED ?? "collect";
const RUNS = 36;

const root = mkdtempSync(join(FAST_TEMPORARY, "collect-command-test-"));
after(() => rmSync(root, { recursive: true, force: true }));
const at = (...names: string[]): string => join(root, ...names);
const from = at("source");
const places = Array.from({ length: RUNS }, (_, replicate) => placeOf(replicate));

const args = (into: string, ...more: string[]): string[] => ["collect", "--from", from, "--into", into, ...more];
const loading = (file: string): Record<string, string> => ({
  NODE_OPTIONS: `--import=${pathToFileURL(join(import.meta.dirname, file)).href}`,
});
/** The files of a store's runs by their paths in it. */
const runFiles = (store: string): Map<string, string> =>
  new Map(
    filesBelow(store)
      .filter((file) => file.startsWith("toy"))
      .map((file) => [file, readFileSync(join(store, file), "base64")]),
  );
const withoutWeights = (files: ReadonlyMap<string, string>): Map<string, string> =>
  new Map([...files].filter(([file]) => !/weights|training/.test(file)));

before(() => {
  storeWith(from, places.slice(0, -2));
  const store = Store.open(from, { create: false });
  put(store, places.at(-2)!, "diverged");
  put(store, places.at(-1)!, "crashed");
});

describe("collect", { skip: process.platform !== "linux" && "reads /proc", concurrency: true }, () => {
  /** Collects in this process, without kills. */
  async function collectQuietly(store: string, without: boolean): Promise<void> {
    const options = { withoutWeights: without, weightsOf: [], signal: new AbortController().signal, onProgress() {} };
    const [source, into] = [from, store].map((folder) => Store.open(folder, { create: true })) as [Store, Store];
    const { notTaken, differing, problems } = await collect({ ...options, from: source, into });
    assert.deepEqual([notTaken, differing, problems], [[], [], []]);
  }

  it(`that is killed at any of ${KILLS} moments leaves whole runs, and goes on`, {
    timeout: 2_000 * KILLS + 60_000,
  }, async () => {
    const moments = new Stream(streamKey(SEED, "collect", "moments"));
    const options = [[], ["--without-weights"]] as const;
    const calls: number[] = [];
    for (const [i, more] of options.entries()) {
      const count = at(`count-${i}`);
      const env = { ...loading("fixtures/killed-at-write.mjs"), KILL_BELOW: at("counted"), KILL_COUNT: count };
      assertEnds(await run(MAIN, args(at(`counted-${i}`), ...more), env), 0);
      calls.push(Number(readFileSync(count, "utf8")));
    }
    const one = async (kill: number): Promise<void> => {
      const store = at(`killed-${kill}`);
      const kind = kill % 2;
      // The first kills hit the last calls, which write the chain.
      const moment = kill < 6 ? calls[kind]! - (kill >> 1) : 1 + moments.below(calls[kind]!);
      const env = { ...loading("fixtures/killed-at-write.mjs"), KILL_BELOW: store, KILL_AT: String(moment) };
      const what = `KILL_SEED=${SEED}, call ${moment} of ${calls[kind]}`;
      const ended = await run(MAIN, args(store, ...options[kind]!), env);
      assert.equal(ended.signal, "SIGKILL", `${what}: ${ended.stderr}`);
      if (existsSync(store)) assert.deepEqual(verifyStore(store).problems, [], what);
      await collectQuietly(store, kind === 1);
      const { problems, chain, withoutWeights: without, runs } = verifyStore(store);
      assert.deepEqual([problems, chain!.unlisted, runs, without], [[], 0, RUNS - 1, kind * (RUNS - 2)], what);
      assert.deepEqual(runFiles(store), kind === 0 ? brought : withoutWeights(brought), what);
      rmSync(store, { recursive: true });
    };
    const brought = new Map([...runFiles(from)].filter(([file]) => !file.includes(`=${RUNS - 1}.`)));
    const queue = Array.from({ length: KILLS }, (_, kill) => kill);
    const lane = async (): Promise<void> => {
      for (let kill = queue.shift(); kill !== undefined; kill = queue.shift()) await one(kill);
    };
    await Promise.all([lane(), lane()]);
  });

  const slowly = (store: string, ...more: string[]): ProgramUnderTest =>
    new ProgramUnderTest(MAIN, args(store, ...more), loading("../testing/slow-disk.mjs"));

  it("is done by one at a time: a second says who is at it, and breaks nothing", async () => {
    const store = at("two-slow-store");
    const one = slowly(store);
    while (one.running && !(await holderOf(store))) await setTimeout(10);
    const other = await run(MAIN, args(store));
    assertEnds(other, 3, /is in use by "npm run collect -- --from .*\(process \d+, since .*another folder with --into/);
    one.signal("SIGINT");
    const ended = await one.ended;
    assertEnds(ended, 130, "Stopped by SIGINT", "Run the same command again to resume");
    assert.deepEqual(verifyStore(store).problems, []);
    assertEnds(await run(MAIN, args(store)), 0, `of ${RUNS - 1} runs copied from`, "Not copied: 1 crashed.");
    const { problems, runs, chain } = verifyStore(store);
    assert.deepEqual([problems, runs, chain!.unlisted], [[], RUNS - 1, 0]);
  });

  it("takes what a suite at work has stored so far, again and again", async () => {
    const [source, into] = [at("at-work"), at("from-work")];
    const suite = new ProgramUnderTest(
      MILLISECOND_MAIN,
      [
        ...["suite", "millisecond", "--profile", "smoke", "--engine", "cpu", "--workers", "1", "--replicates", "4"],
        ...["--store", source, "--out", at("pages"), "--checkpoint-every", "5"],
      ],
      { FIXTURE_STEP_MS: "10" },
    );
    const taken: number[] = [];
    const take = async (): Promise<void> => {
      const ended = await run(MAIN, ["collect", "--from", source, "--into", into, "--json"]);
      assertEnds(ended, 0);
      assert.deepEqual(verifyStore(into).problems, []);
      taken.push(JSON.parse(ended.stdout).taken.length);
    };
    await suite.said("[2/8]");
    suite.signal("SIGSTOP", true);
    await take();
    suite.signal("SIGCONT", true);
    while (suite.running) await take();
    assertEnds(await suite.ended, 0);
    await take();
    const all = taken.reduce((a, b) => a + b);
    assert.ok(taken[0]! >= 2 && taken[0]! < 8 && all === 8, `${taken}: the first came while runs were under way`);
    assert.deepEqual(results(into), results(source));
  });

  it("tells what it did as text and as JSON, names what differs on both sides, and refuses wrong use", async () => {
    const text = await run(MAIN, args(at("told"), "--without-weights", "--weights-of", places[3]!.key.slice(0, 12)));
    assertEnds(text, 0, `${RUNS - 1} of ${RUNS - 1} runs copied from`, `Copied without weights: ${RUNS - 3}.`);
    assertEnds(
      await run(MAIN, ["verify", "--store", at("told")]),
      0,
      `${RUNS - 3} runs kept without weights`,
      "Everything is what was stored.",
    );
    const other = Store.open(at("other"), { create: true });
    put(other, places[0]!, "finished", (record) => ({ ...record, metrics: { modes: 7 } }) as typeof record);
    put(other, places[1]!);
    const back = ["collect", "toy", "--from", at("other"), "--into", at("told")];
    const [named, json] = [await run(MAIN, back), await run(MAIN, [...back, "--json"])];
    assertEnds(
      named,
      3,
      /DIFFERENT {2}toy\/.*=0\..*Neither was changed/,
      `${at("told")}: metric modes 9`,
      `${at("other")}: metric modes 7`,
    );
    const { differing, alreadyHere, taken, stopped, into } = JSON.parse(json.stdout);
    assert.deepEqual([json.code, alreadyHere, taken, stopped, into], [3, 1, [], null, at("told")]);
    assert.deepEqual(differing[0].differences, [{ what: "metric modes", here: "9", there: "7" }]);

    mkdirSync(at("no-store"));
    writeFileSync(at("no-store", "notes.txt"), "?");
    mkdirSync(at("newer"));
    writeFileSync(at("newer", "store.json"), '{"format":"reproducibility-store","version":2}');
    const wrong: readonly (readonly [string[], number, RegExp])[] = [
      [["collect"], 2, /--from is missing.*npm run collect -- --from STORE/],
      [["collect", "--from", ""], 2, /--from is empty/],
      [["collect", "--from", at("told"), "--into", at(".", "told")], 2, /--from and --into are the same store/],
      [["collect", "--from", at("no-store")], 2, /no-store is not a store: it has files but no store\.json.*--from/],
      [["collect", "--from", at("nowhere")], 3, /There is no store in .*nowhere.*--from/],
      [["collect", "--from", at("newer")], 3, /is a store of version 2; this program reads version 1.*--from/],
      [["collect", "toi", "--from", from], 2, /Unknown suite "toi"\. Did you mean "toy"\?/],
      [args(at("new"), "--weights-of", "0123abcd"), 2, /--weights-of is for --without-weights/],
      [args(at("new"), "--without-weights", "--weights-of", "xyz"), 2, /--weights-of takes run keys/],
    ];
    for (const [command, code, message] of wrong) {
      const ended: Ended = await run(MAIN, command);
      assertEnds(ended, code, message);
    }
    assert.equal(existsSync(at("new")), false);
  });
});

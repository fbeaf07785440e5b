/**
 * Keys of the runs of every suite, profile and engine class. A run's key names its results in a store: what was trained for
 * days, and every accepted baseline, is found by these keys alone.
 *
 * fixtures/run-keys.json was written by the program at revision 3b595d0, before suites and folders were rearranged.
 * RENEW_RUN_KEYS=1 writes it again, for a change that is meant to change keys.
 */

import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, describe, it } from "node:test";
import { PROFILES } from "../harness/contract/profiles.ts";
import { placesOf } from "../harness/plan/places.ts";
import { thisProject } from "../harness/project.ts";
import type { RunPlace } from "../harness/store/store.ts";
import { SUITES } from "./index.ts";
import { pretendPrepared } from "./shared/images/fixtures/official-manifests.ts";

/** Suites whose keys differ by machine: the processor is a setting of step-time. */
const ON_THIS_MACHINE = ["step-time"];
const ENGINE_CLASSES = [
  "tensorflow-cpu",
  "tensorflow-cpu-stacked",
  "tensorflow-gpu",
  "tensorflow-gpu-stacked",
  "wasm",
  "cpu",
];

interface Kept {
  readonly runs: number;
  /** SHA-256 over the lines "path key" of the runs and of the runs they start from, in the plan's order. */
  readonly sha256: string;
  /** Path and key of the first run. */
  readonly first: readonly [path: string, key: string] | null;
}
/** By data, suite, profile and engine class. */
type Keys = Record<string, Record<string, Kept>>;

const FILE = join(import.meta.dirname, "fixtures", "run-keys.json");
const lineOf = ({ spec, key }: RunPlace): string => `${spec.path} ${key}\n`;
const withNeeded = (place: RunPlace): RunPlace[] => [place, ...(place.needs ? withNeeded(place.needs) : [])];

/** The keys of all plans with the data that are there now. */
function keysNow(): Record<string, Kept> {
  const suites = SUITES.filter(({ id }) => !ON_THIS_MACHINE.includes(id));
  const cells = suites.flatMap((suite) =>
    PROFILES.flatMap((profile) =>
      ENGINE_CLASSES.map((engineClass): [string, Kept] => {
        const plan = suite.plan(profile, engineClass, { rootSeed: thisProject().rootSeed });
        const places = placesOf(plan, engineClass, thisProject().rootSeed);
        const sha256 = createHash("sha256").update(places.flatMap(withNeeded).map(lineOf).join("")).digest("hex");
        const [first] = places;
        const kept = { runs: places.length, sha256, first: first ? ([first.spec.path, first.key] as const) : null };
        return [`${suite.id} ${profile} ${engineClass}`, kept];
      }),
    ),
  );
  return Object.fromEntries(cells);
}

describe("the keys of every suite, profile and engine class", () => {
  const restores: (() => void)[] = [];
  after(() => {
    for (const restore of restores.reverse()) restore();
  });
  const withData = (...how: Parameters<typeof pretendPrepared>): Record<string, Kept> => {
    restores.push(pretendPrepared(...how).restore);
    return keysNow();
  };
  const now: Keys = {
    "official data": withData(),
    "stand-ins": withData(undefined, false),
    "no data": withData([]),
  };
  if (process.env.RENEW_RUN_KEYS) writeFileSync(FILE, `${JSON.stringify(now, null, 1)}\n`);
  const kept: Keys = JSON.parse(readFileSync(FILE, "utf8"));

  for (const [data, cells] of Object.entries(kept))
    it(`are those of stored runs, with ${data}`, () => {
      assert.ok(Object.values(cells).some(({ runs }) => runs > 0));
      assert.deepEqual(now[data], cells);
    });
});

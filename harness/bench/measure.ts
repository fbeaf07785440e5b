/** Measured cases and their stored results. */
import { readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import type { EngineId } from "../engine/engine.ts";
import { EXIT, HarnessError, unknownName } from "../errors.ts";
import { writeAtomic } from "../files/atomic-file.ts";
import { say } from "../terminal/output.ts";
import { alternate } from "./alternate.ts";
import type { BenchCase, BenchOptions, PeerId } from "./case.ts";
import { lastCore } from "./core.ts";
import { pythonWith } from "./python.ts";
import { BenchResult, resultOf } from "./result.ts";
import { jsonOf } from "./served.ts";
import { resultText } from "./table.ts";

export interface MeasureOptions {
  readonly case?: string;
  readonly peer?: PeerId;
  readonly python?: string;
  readonly engine?: EngineId;
  readonly alternations?: number;
  readonly out: string;
  readonly json: boolean;
}

/** Times the case that is named, or the quick ones, and stores and prints each result. Throws HarnessError for an unknown case or peer. */
export async function measure(cases: readonly BenchCase[], args: MeasureOptions): Promise<void> {
  const chosen = chooseCases(cases, args);
  const peer = args.peer && { id: args.peer, program: await pythonWith(args.peer, args.python) };
  const core = lastCore();
  if (core === null) say("Processes cannot be bound to a core here (there is no taskset): times spread more.");
  const results: BenchResult[] = [];
  for (const found of chosen) {
    const beside = found.peers.some((id) => id === peer?.id) ? peer : undefined;
    const result = await timeCase(found, args, { engine: args.engine, peer: beside, core });
    const file = fileOf(args.out, found.id);
    writeAtomic(file, `${JSON.stringify(result, null, 1)}\n`);
    if (!args.json) console.log(resultText(result));
    say(`Result: ${file}`);
    results.push(result);
  }
  if (args.json) console.log(JSON.stringify(args.case === undefined ? results : results[0]));
}

/** The case that is named, or the quick ones. Throws HarnessError for one that is not there, or not beside the peer. */
function chooseCases(cases: readonly BenchCase[], args: MeasureOptions): readonly BenchCase[] {
  if (args.case === undefined) return cases.filter(({ quick }) => quick);
  const found = cases.find(({ id }) => id === args.case);
  if (!found)
    throw unknownName(
      "case",
      args.case,
      cases.map(({ id }) => id),
    );
  if (args.peer && !found.peers.includes(args.peer)) {
    const with_ = cases.filter(({ peers }) => peers.includes(args.peer!)).map(({ id }) => id);
    throw new HarnessError(
      `The case ${found.id} has nothing of ${args.peer} beside it. These have: ${with_.join(", ")}.`,
    );
  }
  return [found];
}

async function timeCase(found: BenchCase, args: MeasureOptions, options: BenchOptions): Promise<BenchResult> {
  const alternations = args.alternations ?? found.alternations;
  say(`${found.id}: starting`);
  const contestants = await found.open(options);
  try {
    const turns = await alternate(contestants, alternations, (done) => say(`${found.id}: ${done} of ${alternations}`));
    return resultOf(found, turns, options.core);
  } finally {
    for (const contestant of contestants) await contestant.close();
  }
}

const fileOf = (out: string, id: string): string => join(resolve(out), "bench", `${id}.json`);

/** Results of earlier calls, in the order of the cases. Throws HarnessError where there are none. */
export function storedResults(out: string, cases: readonly BenchCase[]): BenchResult[] {
  const names = new Set(filesIn(join(resolve(out), "bench")));
  const files = cases.filter(({ id }) => names.has(`${id}.json`)).map(({ id }) => fileOf(out, id));
  if (files.length === 0)
    throw new HarnessError(`No result of the bench is in ${join(resolve(out), "bench")}. Run npm run bench first.`);
  return files.map((file) => {
    const parsed = BenchResult.safeParse(jsonOf(readFileSync(file, "utf8")));
    if (!parsed.success)
      throw new HarnessError(`${file} is no result of this program. Remove it and measure again.`, EXIT.cannotJudge);
    return parsed.data;
  });
}

function filesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

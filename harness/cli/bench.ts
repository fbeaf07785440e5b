import { readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { alternate } from "../bench/alternate.ts";
import { type BenchCase, type BenchOptions, PEERS, type PeerId } from "../bench/case.ts";
import { lastCore } from "../bench/core.ts";
import { pythonWith } from "../bench/python.ts";
import { BenchResult, resultOf } from "../bench/result.ts";
import { jsonOf } from "../bench/served.ts";
import { resultTable, resultText } from "../bench/table.ts";
import type { EngineId } from "../engine/engine.ts";
import { EXIT, HarnessError, unknownName } from "../errors.ts";
import { writeAtomic } from "../files/atomic-file.ts";
import { engineOption, jsonOption, notEmpty, oneOf, outOption, wholeNumber } from "./options.ts";
import { type LoadedVerb, verb } from "./verb.ts";

interface BenchArguments {
  readonly case?: string;
  readonly peer?: PeerId;
  readonly python?: string;
  readonly engine?: EngineId;
  readonly alternations?: number;
  readonly out: string;
  readonly table: boolean;
  readonly json: boolean;
}

/** Times cases, ours and peers in turn. */
export function benchCommand(cases: readonly BenchCase[]): LoadedVerb {
  return verb({
    positionals: { case: { describe: `One of: ${cases.map(({ id }) => id).join(", ")}` } },
    options: {
      peer: {
        type: "string",
        describe: `Time this beside ours, in turn, on the same core: ${PEERS.join(", ")}`,
        coerce: (value: string) => oneOf("peer", value, PEERS),
      },
      python: {
        type: "string",
        describe: "The Python that has the peer; without it BENCH_PYTHON's, or python3",
        coerce: (value: string) => notEmpty("python", value),
      },
      alternations: {
        type: "string",
        describe: "How often each has its turn; without it the case's own number",
        coerce: (value: string) => wholeNumber("alternations", value, 1, 1_000),
      },
      table: { type: "boolean", default: false, describe: "Measure nothing: what is stored, as a Markdown table" },
      ...engineOption,
      ...outOption,
      ...jsonOption,
    },
    examples: [[`$0 bench ${cases[0]?.id ?? "<case>"} -- --peer pytorch`, "a training step beside PyTorch's"]],
    async run(args) {
      if (args.table) console.log(resultTable(storedResults(args.out, cases)));
      else await measure(cases, args);
      return EXIT.done;
    },
  });
}

async function measure(cases: readonly BenchCase[], args: BenchArguments): Promise<void> {
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
function chooseCases(cases: readonly BenchCase[], args: BenchArguments): readonly BenchCase[] {
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

async function timeCase(found: BenchCase, args: BenchArguments, options: BenchOptions): Promise<BenchResult> {
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
function storedResults(out: string, cases: readonly BenchCase[]): BenchResult[] {
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

const say = (line: string): void => void process.stderr.write(`${line}\n`);

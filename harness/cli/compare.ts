/** Judges today's code, or a person's own model in a slot, against an accepted baseline or another revision. */

import { join, resolve } from "node:path";
import { type ChangeData, slotsInWords } from "../compare/change-data.ts";
import { changeTable, nextInWords } from "../compare/change-text.ts";
import { compare } from "../compare/compare.ts";
import { EXIT, type ExitCode } from "../errors.ts";
import { say } from "../terminal/output.ts";
import {
  engineOption,
  findSuite,
  jsonOption,
  minutes,
  notEmpty,
  outOption,
  profileOption,
  replicatesOption,
  seedOption,
  storeOption,
  workersOption,
} from "./options.ts";
import type { Parts } from "./parts.ts";
import { type LoadedVerb, verb } from "./verb.ts";

export function compareCommand(parts: Parts): LoadedVerb {
  const { example } = parts;
  return verb({
    positionals: { id: { required: true, describe: `One of: ${parts.suites.map((s) => s.id).join(", ")}` } },
    options: {
      model: {
        type: "string",
        describe: "Module with a model of your own, to be judged in a slot of the suite",
        coerce: (value: string) => notEmpty("model", value),
      },
      slot: {
        type: "string",
        describe: "The slot that --model takes; without --model, the only slot whose runs are done and judged",
        coerce: (value: string) => notEmpty("slot", value),
      },
      baseline: {
        type: "string",
        describe: "A file of baselines/accepted to compare with, in the place of the latest",
        coerce: (value: string) => notEmpty("baseline", value),
      },
      rev: {
        type: "string",
        describe: "Compare with the code of this git revision, which does its own runs in a worktree",
        coerce: (value: string) => notEmpty("rev", value),
      },
      replicates: {
        ...replicatesOption.replicates,
        describe:
          "Judge the first N runs of each slot and setting, once; runs that the baseline lacks are done by its revision. With --budget: the most that a look may have",
      },
      budget: {
        type: "string",
        describe:
          "Add runs on both sides until it is decided, while more fit into so many minutes; the first look is done in any case",
        coerce: (value: string) => minutes("budget", value),
      },
      "other-parameters": {
        type: "boolean",
        default: false,
        describe: "Compare models of other parameter counts too",
      },
      ...profileOption,
      ...engineOption,
      ...workersOption,
      ...seedOption,
      ...storeOption,
      ...outOption,
      ...jsonOption,
    },
    examples: [
      [`$0 compare ${example.suite}`, "today's code against the accepted baseline"],
      [`$0 compare ${example.suite} -- --model my-model.ts --slot ${example.slot}`, "a model of your own"],
      [
        `$0 compare ${example.suite} -- --slot ${example.slot} --replicates 40`,
        "one slot alone, forty runs of each setting a side",
      ],
      [`$0 compare ${example.suite} -- --rev HEAD~3 --budget 30`, "two revisions, for at most half an hour"],
    ],
    run({ budget, ...args }) {
      const options = { ...args, timeLimitMs: budget };
      return compare(findSuite(parts.suites, args.id), options, (data) => publishChange(parts, args, data));
    },
  });
}

async function publishChange(
  parts: Parts,
  { out, slot, json }: { readonly out: string; readonly slot?: string; readonly json: boolean },
  data: ChangeData,
): Promise<ExitCode> {
  const { suite, plan, engineClass, change, look, slots, next } = data;
  const folder = join(resolve(out), suite.id, plan.budget, engineClass);
  const against = data.baseline.source.kind === "revision" ? `-${data.baseline.revision!.slice(0, 7)}` : "";
  const subject = data.module?.slot ?? (slot === undefined ? "code" : `code-${slot}`);
  const { html, files } = await parts.writeChange(data, folder, `compare-${subject}${against}`);
  if (json) console.log(JSON.stringify({ report: html, files, look, slots, next, ...change }));
  else
    console.log(
      [change.verdict, changeTable(change), `Slots judged: ${slotsInWords(slots)}.`, ...nextInWords(next)].join("\n"),
    );
  say(`Report: ${html}`);
  return change.verdict === "REGRESSED" ? EXIT.judgedAgainst : EXIT.done;
}

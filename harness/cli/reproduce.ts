/** Does again what an exported file says was done, and reports whether the same came out. */
import { join, resolve } from "node:path";
import { changeTable } from "../compare/change-text.ts";
import { EXIT, type ExitCode } from "../errors.ts";
import { reproduce } from "../reproduce/reproduce.ts";
import type { Reproduction } from "../reproduce/reproduction.ts";
import { say } from "../terminal/output.ts";
import { findSuite, jsonOption, outOption, storeOption, workersOption } from "./options.ts";
import type { Parts } from "./parts.ts";
import { type LoadedVerb, verb } from "./verb.ts";

export function reproduceCommand(parts: Parts): LoadedVerb {
  return verb({
    positionals: { file: { required: true, describe: "What npm run export wrote" } },
    options: { ...workersOption, ...storeOption, ...outOption, ...jsonOption },
    examples: [[`$0 reproduce reports/out/${parts.example.suite}.quick.tensorflow-cpu.lock.json`, ""]],
    epilogue:
      "Does every run of the file by the code that is here, in a store of its own, and compares bits, then statistics as compare does. IDENTICAL: the same bits; EQUIVALENT: within the suite's margins; DIFFERENT: significantly not. Exit code 1: DIFFERENT.",
    run: (args) =>
      reproduce(
        (id) => findSuite(parts.suites, id),
        args,
        (reproduction) => publishReproduction(parts, reproduction, args),
      ),
  });
}

async function publishReproduction(
  parts: Parts,
  reproduction: Reproduction,
  { out, json }: { readonly out: string; readonly json: boolean },
): Promise<ExitCode> {
  const { suite, budget, engineClass, verdict, runs, change, lock } = reproduction;
  const folder = join(resolve(out), suite.id, budget, engineClass);
  const { html, files } = await parts.writeReproduction(reproduction, folder, "reproduction");
  const same = runs.filter(({ bits }) => bits === "same").length;
  const unknown = runs.filter(({ bits }) => bits === "none").length;
  if (json) console.log(JSON.stringify({ report: html, files, ...reproduction }));
  else {
    console.log(`${verdict}: ${same} of ${runs.length} runs are the same bits.`);
    if (unknown > 0)
      console.log(`  ${unknown} diverged in both, and nothing was kept by which their bits could be compared.`);
    for (const { what, locked, here } of lock) if (locked !== here) console.log(`  ${what}: ${locked}, here ${here}`);
    if (change && verdict !== "IDENTICAL") console.log(changeTable(change));
  }
  say(`Report: ${html}`);
  return verdict === "DIFFERENT" ? EXIT.judgedAgainst : EXIT.done;
}

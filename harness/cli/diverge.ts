/** Where two runs part that should agree. */
import { join, resolve } from "node:path";
import type { Suite } from "../contract/suite.ts";
import { type FirstParting, findParting } from "../diverge/diverge.ts";
import type { OperationParting } from "../diverge/first-difference.ts";
import { readStoredRecord } from "../diverge/stored-record.ts";
import { EXIT } from "../errors.ts";
import { interruptible } from "../execute/do-runs.ts";
import { say } from "../terminal/output.ts";
import { jsonOption, storeOption } from "./options.ts";
import { type LoadedVerb, verb } from "./verb.ts";

export function divergeCommand(suites: () => Promise<readonly Suite[]>): LoadedVerb {
  return verb({
    positionals: {
      a: { required: true, describe: "A run's record, as `status` and `verify` name it" },
      b: { required: true, describe: "That of the other one, of this store or another" },
    },
    options: { ...storeOption, ...jsonOption },
    examples: [
      ["$0 diverge -- runs/…/replicate=0.0123456789abcdef.json other/…/replicate=0.0123456789abcdef.json", ""],
    ],
    epilogue:
      "From the hashes of the state that every run keeps, after each power of two of its updates, it finds between which updates the runs part. Then it does both again up to there, each by its own code, and tells the first update, its tensors and the operation. It stores nothing.",
    async run(args) {
      const [a, b] = [readStoredRecord(args.a), readStoredRecord(args.b)];
      await suites(); // their code tells whether a run is of today's
      const code = await interruptible(async (signals) => {
        const { signal } = signals;
        const worktrees = join(resolve(args.store), "worktrees");
        const found = await findParting({ a, b, worktrees, signal, say });
        if (signals.received) return signals.exitCode;
        if (args.json) console.log(JSON.stringify({ a: a.file, b: b.file, ...found }));
        else for (const line of textOf(found)) console.log(line);
        return EXIT.done;
      });
      return code;
    },
  });
}

/** Rows of a table that are shown; the JSON has all. */
const ROWS = 12;

function textOf({ unlike, results, operation, words }: FirstParting): string[] {
  return [...words, ...operationText(operation), ...table("Not alike", unlike), ...table("Results", results)];
}

function operationText(operation: OperationParting | null): string[] {
  if (!operation || operation.before.length === 0) return [];
  const names = operation.before.map(
    ({ operation: name, shapes }) => `${name} [${shapes.map((s) => s.join(" × ")).join("; ")}]`,
  );
  return [`  before it, the same in both: ${names.join(", ")}`];
}

function table(title: string, rows: FirstParting["unlike"]): string[] {
  if (rows.length === 0) return [];
  const short = (text: string): string => (text.length > 60 ? `${text.slice(0, 57)}…` : text);
  const shown = rows.slice(0, ROWS).map(({ what, a, b }) => `  ${what}: ${short(a)} | ${short(b)}`);
  const rest = rows.length - shown.length;
  return [`${title} (A | B):`, ...shown, ...(rest > 0 ? [`  and ${rest} more, see --json`] : [])];
}

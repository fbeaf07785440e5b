import { type BenchCase, PEERS } from "../bench/case.ts";
import { measure, storedResults } from "../bench/measure.ts";
import { resultTable } from "../bench/table.ts";
import { EXIT } from "../errors.ts";
import { engineOption, jsonOption, notEmpty, oneOf, outOption, wholeNumber } from "./options.ts";
import { type LoadedVerb, verb } from "./verb.ts";

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

/** The text of `--help`. Only this loads yargs, which lays the text out. */
import type { LoadedVerb } from "./verb.ts";
import { nameOf, type Verb } from "./verbs.ts";

/** Prints the list of verbs, or with `asked` the arguments and options of that verb. */
export async function printHelp(
  verbs: readonly Verb[],
  asked: (Verb & { readonly loaded: LoadedVerb }) | undefined,
): Promise<void> {
  const { default: yargs } = await import("yargs");
  const program = yargs([...(asked ? [nameOf(asked)] : []), "--help"])
    .scriptName("npm run")
    .usage("$0 <command> [-- options]\n\nRe-runs the experiments of a paper and says whether its claims hold.")
    .epilog(
      "Exit codes: 0 done; 1 a result file says CONTRADICTED, REGRESSED or DIFFERENT; 2 wrong use; 3 could not judge (STALE, no baseline, not comparable) or store; 4 a bug or crashed runs; 129, 130, 143 interrupted.",
    )
    .locale("en")
    .version(false)
    .wrap(Math.min(110, process.stdout.columns ?? 100))
    .exitProcess(false);
  for (const { command, describe } of verbs) {
    if (command !== asked?.command) {
      program.command({ command, describe, handler() {} });
      continue;
    }
    const { positionals, options, examples = [], epilogue } = asked.loaded;
    program.command({
      command,
      describe,
      handler() {},
      builder: (verb) => {
        for (const [name, { required, ...shown }] of Object.entries(positionals))
          verb.positional(name, { type: "string", ...shown });
        for (const [name, { coerce, ...shown }] of Object.entries(options)) verb.option(name, shown);
        for (const [example, what] of examples) verb.example(example, what);
        return epilogue === undefined ? verb : verb.epilogue(epilogue);
      },
    });
  }
  await program.parseAsync();
}

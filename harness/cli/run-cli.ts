/** The command line: verbs, help, and the one place that prints errors and sets the exit code. */
import yargs from "yargs";
import { EXIT, type ExitCode, HarnessError, unknownName } from "../errors.ts";
import { bugReport, guardProcess, requireOutput } from "../terminal/output.ts";
import { WorkerFailed } from "../worker/pool.ts";
import type { Wiring } from "./parts.ts";
import { nameOf, type Verb, verbsOf } from "./verbs.ts";

/** Runs one command; resolves to the exit code. Never throws. */
export async function runCli(args: readonly string[], wiring: Wiring): Promise<ExitCode> {
  let exitCode: ExitCode = EXIT.done;
  const verbs = verbsOf(wiring, (code) => {
    exitCode = code;
  });
  guardProcess();
  try {
    await parse(args, verbs);
    await requireOutput();
  } catch (error) {
    return explain(error);
  }
  return exitCode;
}

async function parse(given: readonly string[], verbs: readonly Verb[]) {
  // npm takes the first "--" away; other runners and a direct call leave it, and what follows would be ignored.
  const args = given.filter((arg) => arg !== "--");
  const names = verbs.filter(({ describe }) => describe !== false).map(nameOf);
  const [first] = args;
  if (first !== undefined && !first.startsWith("-") && !verbs.some((verb) => nameOf(verb) === first))
    throw unknownName("command", first, names);
  const program = yargs([...args])
    .scriptName("npm run")
    .usage("$0 <command> [-- options]\n\nRe-runs the experiments of a paper and says whether its claims hold.")
    .epilog(
      "Exit codes: 0 done; 1 a result file says CONTRADICTED, REGRESSED or DIFFERENT; 2 wrong use; 3 could not judge (STALE, no baseline, not comparable) or store; 4 a bug or crashed runs; 129, 130, 143 interrupted.",
    )
    .locale("en") // messages are read below
    .parserConfiguration({
      "duplicate-arguments-array": false,
      "boolean-negation": false,
      "dot-notation": false,
    })
    .strict()
    .demandCommand(1, `Name a command: ${names.join(", ")}.`)
    .version(false)
    .wrap(Math.min(110, process.stdout.columns ?? 100))
    .exitProcess(false)
    .fail((message, error) => {
      const known = (program as unknown as { getOptions(): { key: Record<string, unknown> } }).getOptions().key;
      throw error && error.name !== "YError" ? error : wrongUse(message ?? error.message, args, Object.keys(known));
    });
  for (const verb of verbs) {
    const { command, describe } = verb;
    // Of those that are not asked for the help has to know only this.
    const loaded = args.includes(nameOf(verb)) ? await verb.load() : { handler() {} };
    program.command({ ...loaded, command, describe });
  }
  await program.parseAsync();
}

/** A complaint of the parser in our words; those of `coerce` functions come here too and are whole already. */
function wrongUse(message: string, args: readonly string[], options: readonly string[]): HarnessError {
  const [, unknown] = /^Unknown arguments?: (.+)$/.exec(message) ?? [];
  if (unknown !== undefined) {
    const name = unknown.split(", ")[0]!;
    const dashed = args.find((arg) => /^--?/.test(arg) && arg.replace(/^--?/, "").split("=")[0] === name);
    if (dashed)
      return unknownName(
        "option",
        dashed.split("=")[0]!,
        options.filter((option) => option !== "id" && option !== "action").map((option) => `--${option}`),
      );
    return new HarnessError(
      `Do not know what to do with "${name}". Options begin with --, and under npm they stand behind a --: npm run ${args[0]} ${args[1] ?? ""} -- --option value.`,
    );
  }
  const [, valueless] = /^Not enough arguments following: (.+)$/.exec(message) ?? [];
  if (valueless !== undefined) return new HarnessError(`--${valueless} needs a value.`);
  if (message.startsWith("Not enough non-option arguments"))
    return new HarnessError(`${args[0]} needs the name of a suite. See npm run ${args[0]} -- --help.`);
  return new HarnessError(message);
}

function explain(error: unknown): ExitCode {
  // Any verb that uses workers may throw a worker's message for the user.
  if (error instanceof HarnessError || (error instanceof WorkerFailed && error.exitCode !== null)) {
    console.error(`Error: ${error.message}`);
    return error.exitCode as ExitCode;
  }
  console.error(bugReport(error));
  return EXIT.bug;
}

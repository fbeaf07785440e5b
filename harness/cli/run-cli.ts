/** The command line: verbs, help, and the one place that prints errors and sets the exit code. */
import yargs, { type CommandModule } from "yargs";
import { EXIT, type ExitCode, HarnessError, unknownName } from "../errors.ts";
import { auditCommand } from "./audit.ts";
import { benchCommand } from "./bench.ts";
import { engineCommand } from "./engine.ts";
import { bugReport, guardProcess, requireOutput } from "./output.ts";
import type { Parts } from "./parts.ts";
import { planCommand } from "./plan.ts";
import { reportCommand } from "./report.ts";
import { statusCommand } from "./status.ts";
import { suiteCommand } from "./suite.ts";

/** Runs one command; resolves to the exit code. Never throws. */
export async function runCli(args: readonly string[], parts: Parts): Promise<ExitCode> {
  let exitCode: ExitCode = EXIT.done;
  const finish = (code: ExitCode): void => {
    exitCode = code;
  };
  const commands = [
    suiteCommand(parts, finish),
    planCommand(parts, finish),
    statusCommand(parts, finish),
    reportCommand(parts, finish),
    ...(parts.audit === undefined ? [] : [auditCommand(parts.audit, finish)]),
    engineCommand(finish),
    benchCommand(parts, finish),
  ];
  const verbs = commands.map((c) => String(c.command).split(" ")[0]!);
  guardProcess();
  try {
    await parse(args, commands, verbs);
    await requireOutput();
  } catch (error) {
    return explain(error);
  }
  return exitCode;
}

async function parse(given: readonly string[], commands: readonly CommandModule[], verbs: readonly string[]) {
  // npm takes the first "--" away; other runners and a direct call leave it, and what follows would be ignored.
  const args = given.filter((arg) => arg !== "--");
  const [verb] = args;
  if (verb !== undefined && !verb.startsWith("-") && !verbs.includes(verb)) throw unknownName("command", verb, verbs);
  const program = yargs([...args])
    .scriptName("npm run")
    .usage("$0 <command> [-- options]\n\nRe-runs the experiments of a paper and says whether its claims hold.")
    .epilog(
      "Exit codes: 0 done; 1 a result file says CONTRADICTED; 2 wrong use; 3 could not judge or store; 4 a bug or crashed runs; 129, 130, 143 interrupted.",
    )
    .locale("en") // messages are read below
    .parserConfiguration({
      "duplicate-arguments-array": false,
      "boolean-negation": false,
      "dot-notation": false,
    })
    .strict()
    .demandCommand(1, `Name a command: ${verbs.join(", ")}.`)
    .version(false)
    .wrap(Math.min(110, process.stdout.columns ?? 100))
    .exitProcess(false)
    .fail((message, error) => {
      const known = (program as unknown as { getOptions(): { key: Record<string, unknown> } }).getOptions().key;
      throw error && error.name !== "YError" ? error : wrongUse(message ?? error.message, args, Object.keys(known));
    });
  for (const command of commands) program.command(command);
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
  if (error instanceof HarnessError) {
    console.error(`Error: ${error.message}`);
    return error.exitCode;
  }
  console.error(bugReport(error));
  return EXIT.bug;
}

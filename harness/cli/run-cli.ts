/** The command line: verbs, help, and the one place that prints errors and sets the exit code. */
import yargs from "yargs";
import { EXIT, type ExitCode, HarnessError, messageOf, unknownName } from "../errors.ts";
import type { ReportData } from "../report-data.ts";
import type { Suite } from "../suite.ts";
import { benchCommand } from "./bench.ts";
import { engineCommand } from "./engine.ts";
import { planCommand } from "./plan.ts";
import { reportCommand } from "./report.ts";
import { statusCommand } from "./status.ts";
import { suiteCommand } from "./suite.ts";

export interface ReportFiles {
  readonly html: string;
  readonly files: readonly string[];
}
/** What main.ts wires into the command line. */
export interface Parts {
  readonly suites: readonly Suite[];
  writeReport(data: ReportData, folder: string): Promise<ReportFiles>;
  /** Resolves to the path of the page that lists them. */
  writeReportIndex(
    reports: readonly { readonly data: ReportData; readonly html: string }[],
    folder: string,
  ): Promise<string>;
}

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
    engineCommand(finish),
    benchCommand(parts, finish),
  ];
  const verbs = commands.map((c) => String(c.command).split(" ")[0]!);
  try {
    const verb = args.find((arg) => !arg.startsWith("-"));
    if (verb !== undefined && !verbs.includes(verb)) throw unknownName("command", verb, verbs);
    const program = yargs([...args])
      .scriptName("npm run")
      .usage("$0 <command> [-- options]\n\nRe-runs the experiments of a paper and says whether its claims hold.")
      .epilog(
        "Exit codes: 0 done; 1 a result file says CONTRADICTED; 2 wrong use; 3 could not judge or store; 4 a bug or crashed runs; 129, 130, 143 interrupted.",
      )
      .strict()
      .demandCommand(1, "Name a command.")
      .recommendCommands()
      .version(false)
      .wrap(Math.min(110, process.stdout.columns ?? 100))
      .exitProcess(false)
      .fail((message, error) => {
        throw error ?? new HarnessError(`${message} See --help.`);
      });
    for (const command of commands) program.command(command);
    await program.parseAsync();
  } catch (error) {
    return explain(error);
  }
  return exitCode;
}

function explain(error: unknown): ExitCode {
  if (error instanceof HarnessError) {
    console.error(`Error: ${error.message}`);
    return error.exitCode;
  }
  console.error(`This is a bug: ${error instanceof Error ? (error.stack ?? error.message) : messageOf(error)}`);
  return EXIT.bug;
}

/** The command line: verbs, help, and the one place that prints errors and sets the exit code. */
import { EXIT, type ExitCode, HarnessError, unknownName } from "../errors.ts";
import { bugReport, guardProcess, requireOutput } from "../terminal/output.ts";
import { WorkerFailed } from "../worker/pool.ts";
import { printHelp } from "./help.ts";
import type { Wiring } from "./parts.ts";
import { usageOf, valuesOf } from "./verb.ts";
import { nameOf, type Verb, verbsOf } from "./verbs.ts";

/** Runs one command; resolves to the exit code. Never throws. */
export async function runCli(args: readonly string[], wiring: Wiring): Promise<ExitCode> {
  guardProcess();
  try {
    const exitCode = await perform(args, verbsOf(wiring));
    await requireOutput();
    return exitCode;
  } catch (error) {
    return explain(error);
  }
}

async function perform(given: readonly string[], verbs: readonly Verb[]): Promise<ExitCode> {
  // npm takes the first "--" away; other runners and a direct call leave it, and what follows would be ignored.
  const [first, ...args] = given.filter((arg) => arg !== "--");
  const known = verbs.filter(({ describe }) => describe !== false);
  const asksHelp = first === "--help" || args.includes("--help");
  if (first === undefined || (first.startsWith("-") && !asksHelp))
    throw new HarnessError(`Name a command: ${known.map(nameOf).join(", ")}.`);
  const verb = verbs.find((one) => nameOf(one) === first);
  if (!verb && !first.startsWith("-")) throw unknownName("command", first, known.map(nameOf));
  const loaded = await verb?.load();
  if (asksHelp) {
    await printHelp(verbs, verb && loaded && { ...verb, loaded });
    return EXIT.done;
  }
  if (!verb || !loaded) throw new TypeError("a verb is loaded where the help is not asked for");
  if (usageOf(first, loaded) !== verb.command) throw new TypeError(`${verb.command} has other arguments in its table`);
  return loaded.run(valuesOf(first, args, loaded));
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

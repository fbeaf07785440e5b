/** The verbs. Each is loaded when it is asked for: what one needs must not slow the others down. */
import type { Suite } from "../contract/suite.ts";
import { requireSound } from "../plan/sound-suite.ts";
import { requireSource } from "../provenance/suite-files.ts";
import type { Example, Parts, Wiring } from "./parts.ts";
import type { LoadedVerb } from "./verb.ts";

export interface Verb {
  /** The verb and its positional arguments, as `usageOf` gives them. */
  readonly command: string;
  /** False: it is for the program itself. */
  readonly describe: string | false;
  /** Its options and what it does. */
  load(): Promise<LoadedVerb>;
}

export const nameOf = ({ command }: Verb): string => command.split(" ")[0]!;

/** Every verb, in the order of the help. */
export function verbsOf(wiring: Wiring): Verb[] {
  const parts = async (): Promise<Parts> => {
    const suites = requireSound(await wiring.suites());
    for (const { id } of suites) requireSource(id);
    return { ...wiring, suites, papers: (await wiring.papers?.()) ?? [], example: exampleOf(suites, wiring.mainSuite) };
  };
  const { papers, writeAuditPage, bench, datasets } = wiring;
  return [
    {
      command: "suite <id>",
      describe: "Do a suite's runs that are not stored yet, then write its report",
      load: async () => (await import("./suite.ts")).suiteCommand(await parts()),
    },
    {
      command: "plan <id>",
      describe: "Show what a suite would run and how long it takes, from step times measured now",
      load: async () => (await import("./plan.ts")).planCommand(await parts()),
    },
    {
      command: "status [id]",
      describe: "Show what the store holds of every suite or one, runs in progress too, and the disk it takes",
      load: async () => (await import("./status.ts")).statusCommand(await parts()),
    },
    {
      command: "report [id]",
      describe: "Write the report pages again from what is stored",
      load: async () => (await import("./report.ts")).reportCommand(await parts()),
    },
    {
      command: "verify",
      describe: "Check every file of the store: altered, missing, foreign",
      load: async () => (await import("./verify.ts")).verifyCommand(),
    },
    {
      command: "collect [id]",
      describe: "Copy the runs of another store into this one, each checked first",
      load: async () => (await import("./collect.ts")).collectCommand(wiring),
    },
    {
      command: "diverge <a> <b>",
      describe: "Find the first update, tensor and operation where two runs part that should agree",
      load: async () => (await import("./diverge.ts")).divergeCommand(wiring.suites),
    },
    {
      command: "remeasure <id>",
      describe: "Measure stored runs again from their arrays, for metrics that they lack",
      load: async () => (await import("./remeasure.ts")).remeasureCommand(await parts()),
    },
    {
      command: "revalidate <id>",
      describe: "Check stored runs that other code made against today's code",
      load: async () => (await import("./revalidate.ts")).revalidateCommand(await parts()),
    },
    ...(papers === undefined || writeAuditPage === undefined
      ? []
      : [
          {
            command: "audit [paper]",
            describe: "Check the printed numbers of papers: implied tests, power, resolution, consistency",
            load: async () => {
              requireSound(await wiring.suites());
              const audited = { papers: await papers(), writePage: writeAuditPage };
              return (await import("./audit.ts")).auditCommand(audited);
            },
          },
        ]),
    {
      command: "accept <id>",
      describe: "Accept what is stored of a suite as the baseline that later code is compared with",
      load: async () => (await import("./accept.ts")).acceptCommand(await parts()),
    },
    {
      command: "compare <id>",
      describe: "Judge today's code, or a model of your own, against a baseline or another revision",
      load: async () => (await import("./compare.ts")).compareCommand(await parts()),
    },
    {
      command: "bisect <id>",
      describe: "Find the first revision whose runs are REGRESSED against a good one's",
      load: async () => (await import("./bisect.ts")).bisectCommand(await parts()),
    },
    {
      command: "export <id>",
      describe: "Write a suite's runs as one file of recipe, lock and results",
      load: async () => (await import("./export.ts")).exportCommand(await parts()),
    },
    {
      command: "reproduce <file>",
      describe: "Do an exported file's runs again, and report whether the same came out",
      load: async () => (await import("./reproduce.ts")).reproduceCommand(await parts()),
    },
    {
      command: "history <id>",
      describe: "Show a suite's metrics over its accepted baselines, steps marked",
      load: async () => (await import("./history.ts")).historyCommand(await parts()),
    },
    ...(datasets === undefined
      ? []
      : [
          {
            command: "dataset [action] [name]",
            describe: "List data sets; `dataset fetch`, `import`, `verify` and `remove` them",
            load: async () => (await import("./dataset.ts")).datasetCommand(await datasets()),
          },
        ]),
    {
      command: "engine [action]",
      describe: "Show what each engine can do here; `engine install` installs the tensorflow engine",
      load: async () => (await import("./engine.ts")).engineCommand(),
    },
    ...(bench === undefined
      ? []
      : [
          {
            command: "bench [case]",
            describe: "Time training steps and commands, beside PyTorch with --peer pytorch",
            load: async () => (await import("./bench.ts")).benchCommand(await bench()),
          },
        ]),
    {
      command: "replay-run <file>",
      describe: false,
      load: async () => (await import("./replay-run.ts")).replayRunCommand(),
    },
    {
      command: "slurm-task <file> <index>",
      describe: false,
      load: async () => (await import("./slurm-task.ts")).slurmTaskCommand(wiring.suites),
    },
  ];
}

function exampleOf(suites: readonly Suite[], main: string | undefined): Example {
  const suite = suites.find(({ id }) => id === main) ?? suites[0];
  const [slot = "model"] = Object.keys(suite?.slots ?? {});
  return { suite: suite?.id ?? "suite", slot };
}

/** Runs of the paper's profile on idle cores: node --import tsx ci/campaign/campaign.ts start | status | collect | stop */

import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { closeSync, openSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";
import { wholeNumber } from "../../harness/cli/options.ts";
import { EXIT, type ExitCode, HarnessError, messageOf, unknownName } from "../../harness/errors.ts";
import { type Holder, holderOf } from "../../harness/files/lock.ts";
import { thisProject } from "../../harness/project.ts";
import { resolveRevision } from "../../harness/revisions/worktree.ts";
import { bugReport, guardProcess, say } from "../../harness/terminal/output.ts";
import { collectHere } from "./collect.ts";
import { Journal } from "./journal.ts";
import { keyOf, readLines } from "./lines.ts";
import { campaign } from "./loop.ts";
import { type CampaignPlace, campaignPlace, LINES, makePlace } from "./place.ts";
import { statusOf, statusText } from "./status.ts";

const USAGE = `bash ci/campaign.sh start [--workers N] [--again] | status [--json] | collect [--json] | stop

Does the runs of the paper's profile that reports/evidence/campaign.json lists, on cores that are idle otherwise.
  start    begins or goes on, in the background; a campaign that is running is left alone
  status   what runs, which lines are done, what each claim waits for, what it took
  collect  brings finished runs into reports/evidence, revalidates them, names the files to commit
  stop     lets runs write their checkpoints and ends; the next start goes on from there

  --workers  runs at once, each of one thread [one a core]
  --again    goes through lines that are done too: runs of theirs that have left the store since are done again
  --json     of status and collect: one JSON text on standard output

It works in $ALI_CAMPAIGN, else ali-reproducibility/campaign below $XDG_DATA_HOME or ~/.local/share.

Exit codes: 0 done; 2 wrong use; 3 a run or line could not be done, collected or revalidated; 4 a bug.`;

/** Time to stop: the campaign and each of its runs write checkpoints first. */
const STOP_MS = 300_000;
/** Time to start: tsx and the lock take seconds, longer on a busy machine. */
const START_MS = 120_000;
const LOOK_MS = 200;

const VERBS = ["start", "status", "collect", "stop"] as const;
type Verb = (typeof VERBS)[number] | "run";
interface Options {
  readonly verb: Verb;
  readonly workers: number;
  readonly again: boolean;
  readonly json: boolean;
}

/** Null for --help. */
function options(): Options | null {
  let parsed: ReturnType<typeof parse>;
  try {
    parsed = parse();
  } catch (error) {
    throw new HarnessError(`${messageOf(error)}\n\n${USAGE}`, EXIT.wrongUse, { cause: error });
  }
  const { values, positionals } = parsed;
  if (values.help) return null;
  const [verb, ...more] = positionals;
  if (verb === undefined || more.length > 0) throw new HarnessError(`Name one of: ${VERBS.join(", ")}.\n\n${USAGE}`);
  if (verb !== "run" && !(VERBS as readonly string[]).includes(verb)) throw unknownName("command", verb, VERBS);
  if (values.workers !== undefined && verb !== "start" && verb !== "run")
    throw new HarnessError("--workers is for start.");
  if (values.again && verb !== "start" && verb !== "run") throw new HarnessError("--again is for start.");
  if (values.json && verb !== "status" && verb !== "collect")
    throw new HarnessError("--json is for status and collect.");
  const workers =
    values.workers === undefined ? availableParallelism() : wholeNumber("workers", values.workers, 1, 1_024);
  return { verb: verb as Verb, workers, again: values.again, json: values.json };
}

const parse = () =>
  parseArgs({
    allowPositionals: true,
    options: {
      workers: { type: "string" },
      again: { type: "boolean", default: false },
      json: { type: "boolean", default: false },
      help: { type: "boolean", default: false },
    },
  });

async function start(place: CampaignPlace, workers: number, again: boolean): Promise<ExitCode> {
  const running = await holderOf(place.folder);
  if (running) {
    say(`The campaign is running already (process ${running.pid}, since ${running.since}).`);
    return EXIT.done;
  }
  const lines = readLines(LINES);
  for (const { revision } of lines) await resolveRevision(revision);
  makePlace(place);
  const ended = new Journal(place.journal).ended();
  if (!again && lines.every((line) => ended.get(keyOf(line))?.outcome === "done")) {
    say(`All ${lines.length} lines of ${LINES} are done. (--again does runs that have left the store since.)`);
    return EXIT.done;
  }
  const other = await holderOf(place.store);
  if (other) say(`The store is in use by "${other.what}" (process ${other.pid}): the campaign goes on when that ends.`);
  const log = join(place.logs, "campaign.log");
  const child = detached(log, place, ["--workers", `${workers}`, ...(again ? ["--again"] : [])]);
  await untilItHolds(place, child, log);
  say(`The campaign runs in the background (process ${child.pid}, ${workers} at once): bash ci/campaign.sh status.`);
  return EXIT.done;
}

/** Starts the loop at the lowest processor and disk priority, as a detached process. */
function detached(log: string, { temporary }: CampaignPlace, options: readonly string[]): ChildProcess {
  const has = (command: string): boolean => spawnSync(command, ["--version"], { stdio: "ignore" }).status === 0;
  const priority = ["nice", "-n", "19", ...(has("ionice") ? ["ionice", "-c", "3"] : [])];
  const loop = [process.execPath, "--import", import.meta.resolve("tsx"), import.meta.filename];
  const [program, ...args] = [...priority, ...loop, "run", ...options];
  const output = openSync(log, "a");
  try {
    const child = spawn(program!, args, {
      cwd: thisProject().root,
      detached: true,
      stdio: ["ignore", output, output],
      env: { ...process.env, TMPDIR: temporary },
    });
    child.unref();
    return child;
  } finally {
    closeSync(output);
  }
}

/** Resolves when the loop holds its lock. */
async function untilItHolds(place: CampaignPlace, child: ChildProcess, log: string): Promise<void> {
  let failure: string | undefined;
  child.on("error", (error) => {
    failure ??= error.message;
  });
  child.on("exit", (code, signal) => {
    failure ??= code === EXIT.done ? undefined : `it ended at once (${signal ?? `exit code ${code}`})`;
  });
  for (const began = performance.now(); !(await holderOf(place.folder)); await sleep(LOOK_MS)) {
    if (child.exitCode === EXIT.done) return;
    if (performance.now() - began > START_MS) failure ??= "it did not begin";
    if (failure !== undefined)
      throw new HarnessError(`The campaign does not start: ${failure}. ${log} says why.`, EXIT.cannotJudge);
  }
}

async function stop(place: CampaignPlace): Promise<ExitCode> {
  // A suite that outlived its killed campaign is stopped too.
  const folder = (await holderOf(place.folder)) ? place.folder : place.store;
  const began = performance.now();
  let asked = 0;
  for (let holder = await holderOf(folder); holder; holder = await holderOf(folder)) {
    // A busy holder answers without its process id: ask again.
    if (holder.pid > 0 && asked !== holder.pid) {
      asked = holder.pid;
      say(`Stopping "${holder.what}" (process ${asked}): its runs write their checkpoints.`);
      interrupt(holder);
    }
    if (performance.now() - began > STOP_MS) {
      const seconds = STOP_MS / 1_000;
      throw new HarnessError(`The campaign has not ended ${seconds} s after it was asked to.`, EXIT.cannotJudge);
    }
    await sleep(LOOK_MS);
  }
  if (asked === 0) say("The campaign is not running.");
  for (const line of statusText(await statusOf(place, readLines(LINES)))) console.log(line);
  return EXIT.done;
}

function interrupt({ pid }: Holder): void {
  try {
    process.kill(pid, "SIGINT");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
}

async function collect(place: CampaignPlace, json: boolean): Promise<ExitCode> {
  const done = await collectHere(place, say);
  if (json) {
    console.log(JSON.stringify(done));
    return done.exitCode;
  }
  console.log(done.files.length === 0 ? "There is nothing to commit." : "To commit:");
  for (const file of done.files) console.log(`  ${file}`);
  return done.exitCode;
}

async function main(): Promise<ExitCode> {
  const given = options();
  if (!given) {
    console.log(USAGE);
    return EXIT.done;
  }
  const place = campaignPlace();
  // Lock notes are in this folder: they identify holders that are too busy to answer.
  process.env.TMPDIR = place.temporary;
  const { verb, workers, again, json } = given;
  if (verb === "start") return start(place, workers, again);
  if (verb === "stop") return stop(place);
  if (verb === "collect") return collect(place, json);
  if (verb === "run") return campaign(place, { workers, again, say });
  const status = await statusOf(place, readLines(LINES));
  if (json) console.log(JSON.stringify(status));
  else for (const line of statusText(status)) console.log(line);
  return EXIT.done;
}

guardProcess();
try {
  process.exitCode = await main();
} catch (error) {
  console.error(error instanceof HarnessError ? `Error: ${error.message}` : bugReport(error));
  process.exitCode = error instanceof HarnessError ? error.exitCode : EXIT.bug;
}

/** Asks a node of the cluster which engine it has: it decides what is planned. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { EXIT, HarnessError } from "../../errors.ts";
import type { EngineInfo } from "../../worker/messages.ts";
import { batchesOf, batchFolder, newName, removeBatch } from "./batch.ts";
import { cancelAll } from "./cancel-all.ts";
import { isAlive, NoAnswer, type SlurmTask } from "./commands.ts";
import type { SlurmOptions } from "./execute-on-slurm.ts";
import { lastWords } from "./logs.ts";
import { submitBatch } from "./submit-batch.ts";
import { ENGINE_FILE } from "./task.ts";
import { Pace, Patience, VISIBLE_MS, WORLD, type World } from "./world.ts";

export type EngineQuestion = Pick<
  SlurmOptions,
  "choice" | "store" | "cluster" | "rootSeed" | "signal" | "say" | "beat"
>;

/** @throws HarnessError when no engine opens on a node, Slurm refuses the job or does not answer, or it was stopped. */
export async function engineOfNodes(question: EngineQuestion, world: World = WORLD): Promise<EngineInfo> {
  const { store, say } = question;
  const name = newName("engine");
  await world.slurm.queue([name]); // whether Slurm answers at all, before anything is waited for
  await removeLeftQuestions(store.folder, world);
  say("Slurm: asking a node which engine it has.");
  try {
    return await answerTo(question, name, world);
  } finally {
    await cancelAll([name], world, () => {});
    removeBatch(store.folder, name);
  }
}

/** What a coordinator that was killed while it asked has left. */
async function removeLeftQuestions(store: string, world: World): Promise<void> {
  const names = batchesOf(store).flatMap(({ name, tasks }) => (tasks.length === 0 ? [name] : []));
  await cancelAll(names, world, () => {});
  for (const name of names) removeBatch(store, name);
}

async function answerTo(question: EngineQuestion, name: string, world: World): Promise<EngineInfo> {
  const { store, signal, say, beat } = question;
  const file = join(batchFolder(store.folder, name), ENGINE_FILE);
  const [pace, patience] = [new Pace(), new Patience(world, say)];
  try {
    await submitBatch(
      world.slurm,
      { ...question, checkpointMs: 0, timeoutMs: null },
      { name, tasks: [], indexes: [0] },
    );
  } catch (error) {
    if (!(error instanceof NoAnswer)) throw error;
    patience.bear(error); // it may be in the queue all the same
  }
  for (let [endedAt, shown] = [undefined as number | undefined, ""]; ; ) {
    if (existsSync(file)) return JSON.parse(readFileSync(file, "utf8")) as EngineInfo;
    if (signal.aborted) throw new HarnessError("Stopped while a node was asked.", EXIT.interrupted);
    beat();
    const tasks = await patience.queue([name]);
    if (tasks) {
      const [task] = tasks;
      endedAt = task && isAlive(task) ? undefined : (endedAt ?? world.now());
      if (endedAt !== undefined && !mayBeSeenYet(task, world.now() - endedAt))
        throw unanswered(store.folder, name, task);
      if (task?.state === "PENDING" && task.reason !== shown && task.reason !== "None") {
        say(`Slurm: the question is in the queue (${task.reason}).`);
        shown = task.reason;
      }
    }
    await world.sleep(pace.next(false), signal);
  }
}

/** Whether the answer of a task that is no longer in the queue may show here yet. */
const mayBeSeenYet = (task: SlurmTask | undefined, sinceMs: number): boolean =>
  (!task || task.state === "COMPLETED") && sinceMs < VISIBLE_MS;

function unanswered(store: string, name: string, task: SlurmTask | undefined): HarnessError {
  const how = task ? `its job ended as ${task.state}${task.nodes ? ` on ${task.nodes}` : ""}` : "Slurm has no such job";
  return new HarnessError(`No engine opened on a node: ${how}. ${lastWords(store, name, 0)}`.trim(), EXIT.cannotJudge);
}

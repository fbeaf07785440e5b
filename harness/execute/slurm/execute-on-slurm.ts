/** Does the runs of a plan as job arrays of a Slurm cluster: submits, watches, submits what was lost once more, cancels. */
import type { RunRecord } from "../../contract/run.ts";
import { EXIT, HarnessError, messageOf } from "../../errors.ts";
import { isResult, type RunPlace, type Store } from "../../store/store.ts";
import type { ExecuteOptions } from "../execute.ts";
import { failedRecord, originOf } from "../failed-record.ts";
import { batchesOf, newName, placeFile, placeOf, removeBatch } from "./batch.ts";
import { cancelAll } from "./cancel-all.ts";
import { isAlive, isCancelled, NoAnswer, Refused, type SlurmTask } from "./commands.ts";
import { TakenOver } from "./coordinator-file.ts";
import { lastWords } from "./logs.ts";
import { type BatchOptions, submitBatch } from "./submit-batch.ts";
import { PATIENCE_MS, Pace, Patience, VISIBLE_MS, WORLD, type World } from "./world.ts";

/** Submissions of a run before it is given up. Being preempted does not count. */
const ATTEMPTS = 2;
/** So many runs one after another whose jobs could do nothing at all: the others could neither. */
const HOPELESS = 3;
/** Submissions without an answer, one after another, before it is given up: each is waited for in the queue. */
const UNANSWERED = 8;

export interface SlurmOptions
  extends BatchOptions,
    Pick<ExecuteOptions, "runs" | "engine" | "origins" | "signal" | "onEvent"> {
  say(line: string): void;
  /** Called at each look at the queue. @throws TakenOver when another machine has the store now. */
  beat(): void;
}

/**
 * Resolves when every run has a record, or was cancelled by somebody, or after an abort: its jobs are gone then. Runs that
 * an earlier coordinator has in the queue still are waited for, not submitted again. Throws HarnessError when Slurm takes
 * no job or is silent for long, or no task can do anything.
 */
export async function executeOnSlurm(options: SlurmOptions, world: World = WORLD): Promise<void> {
  await new Coordinator(options, world, await world.slurm.largestArray()).run();
}

interface Open {
  readonly place: RunPlace;
  attempt: number;
  /** Where it is in the queue; undefined before it is submitted. */
  at: { readonly batch: string; readonly index: number } | undefined;
  /** Start of the attempt that the store had a record of when it was submitted. */
  before: string | null;
  /** When its task was first seen to have ended, or gone. */
  endedAt: number | undefined;
}

class Coordinator {
  readonly #options: SlurmOptions;
  readonly #world: World;
  readonly #store: Store;
  readonly #patience: Patience;
  readonly #open: Map<string, Open>;
  /** Batches that Slurm has, or may have. */
  readonly #names = new Set<string>();
  /** Those of them whose submission had no answer: Slurm may not have them. */
  readonly #doubtful = new Set<string>();
  /** Nodes on which tasks could do nothing at all. */
  readonly #sick = new Set<string>();
  readonly #largestArray: number;
  /** Runs that the next array may have: fewer where Slurm takes no more. */
  #atMost: number;
  /** How many jobs were there when Slurm took not one more, and since when where there were none. */
  #full: { readonly jobs: number; readonly since: number | undefined } | undefined;
  /** Submissions without an answer, one after another. */
  #unanswered = 0;
  /** Runs that were given up one after another because their jobs could do nothing at all. */
  #hopeless = 0;
  #shown = "";

  constructor(options: SlurmOptions, world: World, largestArray: number) {
    this.#options = options;
    this.#world = world;
    this.#store = options.store;
    this.#patience = new Patience(world, options.say);
    this.#open = new Map(
      options.runs.map((place) => [place.key, { place, attempt: 1, at: undefined, before: null, endedAt: undefined }]),
    );
    this.#largestArray = largestArray;
    this.#atMost = largestArray;
  }

  async run(): Promise<void> {
    try {
      await this.#adopt();
      await this.#watch();
    } catch (error) {
      // What Slurm has is found there when it answers again, or has been found by another machine.
      if (!(error instanceof NoAnswer) && !(error instanceof TakenOver)) await this.#cancelAll();
      throw error;
    }
    if (this.#options.signal.aborted) await this.#cancelAll();
    else for (const name of this.#names) if (!this.#hasFailures(name)) removeBatch(this.#store.folder, name);
  }

  #cancelAll(): Promise<void> {
    return cancelAll([...this.#names], this.#world, this.#options.say);
  }

  /** Takes over what an earlier coordinator has in the queue. */
  async #adopt(): Promise<void> {
    const { folder } = this.#store;
    const batches = batchesOf(folder).filter(({ tasks }) => tasks.some(({ place }) => this.#open.has(place.key)));
    const alive = (await this.#world.slurm.queue(batches.map(({ name }) => name))).filter(isAlive);
    let adopted = 0;
    for (const { batch, index } of alive) {
      const task = batches.find(({ name }) => name === batch)?.tasks[index];
      const run = task && this.#open.get(task.place.key);
      if (!task || !run || run.at) continue;
      Object.assign(run, { at: { batch, index }, attempt: task.attempt, before: task.before });
      this.#names.add(batch);
      adopted++;
    }
    if (adopted > 0) this.#options.say(`${adopted} of them are in the queue of Slurm already.`);
    for (const { name } of batches) if (!alive.some(({ batch }) => batch === name)) removeBatch(folder, name);
  }

  async #watch(): Promise<void> {
    const { signal, beat } = this.#options;
    const pace = new Pace();
    while (this.#open.size > 0 && !signal.aborted) {
      beat();
      const tasks = await this.#patience.queue([...this.#names]);
      let changed = false;
      if (tasks) {
        changed = this.#settleAll(tasks);
        changed = (await this.#submitReady(tasks)) || changed;
        this.#tell(tasks.filter(isAlive));
      }
      const ms = pace.next(changed);
      if (this.#open.size > 0) await this.#world.sleep(ms, signal);
    }
  }

  /** Whether anything has changed. */
  #settleAll(tasks: readonly SlurmTask[]): boolean {
    let changed = false;
    const found = new Map(tasks.map((task) => [`${task.batch} ${task.index}`, task]));
    for (const run of [...this.#open.values()]) {
      if (!run.at) continue;
      const task = found.get(`${run.at.batch} ${run.at.index}`);
      if (task) this.#doubtful.delete(run.at.batch);
      if (task && isAlive(task)) run.endedAt = undefined;
      else changed = this.#settle(run, task) || changed;
    }
    return changed;
  }

  /** What follows from a task that is no longer in the queue, if anything does yet. */
  #settle(run: Open, task: SlurmTask | undefined): boolean {
    const record = this.#recordOf(run.place);
    if (record && (isResult(record) || record.provenance.startedAt !== run.before)) {
      this.#hopeless = 0;
      this.#close(run, record.state);
      return true;
    }
    run.endedAt ??= this.#world.now();
    const mayShowYet = !task || (task.state === "COMPLETED" && task.exitCode === 0);
    if (mayShowYet && this.#world.now() - run.endedAt < VISIBLE_MS) return false;
    const { batch } = run.at!;
    if (!task && this.#doubtful.has(batch)) Object.assign(run, { at: undefined, endedAt: undefined });
    else this.#lose(run, task);
    return true;
  }

  /** A task ended and stored nothing: its run is left out, submitted once more, or given up. */
  #lose(run: Open, task: SlurmTask | undefined): void {
    const message = this.#howItWasLost(run, task);
    const { spec } = run.place;
    if (task && couldDoNothing(task) && task.nodes !== "") this.#sick.add(task.nodes);
    const preempted = task?.state === "PREEMPTED";
    if (task && isCancelled(task)) this.#leaveOut(run, `${message} It was cancelled, and is left out.`);
    else if (!preempted && run.attempt >= ATTEMPTS) this.#giveUp(run, task, message);
    else {
      this.#options.onEvent({ type: "retried", spec, message });
      if (!preempted) run.attempt++;
      Object.assign(run, { at: undefined, endedAt: undefined });
    }
  }

  /** @throws HarnessError when no run can be done. */
  #giveUp(run: Open, task: SlurmTask | undefined, message: string): void {
    const { place, attempt } = run;
    const { engine, origins, onEvent } = this.#options;
    const state = task?.state === "TIMEOUT" ? "timed-out" : "crashed";
    const failure = { message, stack: null };
    const origin = originOf(origins, place);
    try {
      this.#store.write(place, failedRecord({ place, state, failure, origin, engine, attempts: attempt }));
    } catch (error) {
      if (!(error instanceof HarnessError)) throw error;
      onEvent({ type: "warning", spec: place.spec, message: `its loss cannot be stored: ${messageOf(error)}` });
    }
    this.#close(run, state);
    if (!task || !couldDoNothing(task)) return;
    if (++this.#hopeless < HOPELESS) return;
    const how = `${HOPELESS} runs one after another could not be done on any node, at ${ATTEMPTS} attempts each, and the others are not tried`;
    throw new HarnessError(`${how}. Of the last one, ${place.spec.path}: ${message}`, EXIT.cannotJudge);
  }

  /** A run that is not to be done, and those that start from it. */
  #leaveOut(run: Open, message: string): void {
    const { key, spec } = run.place;
    this.#options.onEvent({ type: "warning", spec, message });
    this.#close(run);
    for (const other of [...this.#open.values()])
      if (other.place.needs?.key === key)
        this.#leaveOut(other, `it starts from ${spec.path}, which is left out, and is left out as well.`);
  }

  #close(run: Open, state?: RunRecord["state"]): void {
    this.#open.delete(run.place.key);
    if (state) this.#options.onEvent({ type: "ended", spec: run.place.spec, state });
  }

  /**
   * Submits what can be done now, and tells whether it did. Of a throttled plan only when nothing waits, so that the limit
   * holds over all arrays. Where Slurm refuses them, which took the question for the engine, there may be no more jobs now:
   * fewer are tried, and the rest when some have ended.
   */
  async #submitReady(tasks: readonly SlurmTask[]): Promise<boolean> {
    const { atOnce } = this.#options.cluster;
    const alive = tasks.filter(isAlive).length;
    const waits = tasks.some(({ state }) => state === "PENDING");
    if (atOnce !== undefined && (waits || alive >= atOnce)) return false;
    if (this.#full && alive > 0 && alive >= this.#full.jobs) return false;
    if (await this.#isInDoubt()) return false;
    const ready = this.#ready();
    for (let size = Math.min(ready.length, this.#atMost); size > 0; size = Math.floor(size / 2)) {
      const refusal = await this.#submit(ready.slice(0, size), atOnce === undefined ? undefined : atOnce - alive);
      if (refusal && size === 1) this.#waitForRoom(alive, refusal);
      if (refusal) continue;
      this.#atMost = Math.min(this.#largestArray, 2 * size);
      this.#full = undefined;
      return true;
    }
    return false;
  }

  /** Runs that can be done now; those that have a result by now are done. */
  #ready(): Open[] {
    for (const run of [...this.#open.values()]) {
      const record = run.at ? undefined : this.#recordOf(run.place);
      if (record && isResult(record)) this.#close(run, record.state);
    }
    return [...this.#open.values()].filter(
      ({ at, place }) => !at && (!place.needs || !this.#open.has(place.needs.key)),
    );
  }

  /** @throws Refused after a time in which nothing of ours is there and not one job is taken. */
  #waitForRoom(jobs: number, refusal: Refused): void {
    if (!this.#full) this.#options.say(`${refusal.message} The rest is submitted when there is room.`);
    const since = jobs > 0 ? undefined : (this.#full?.since ?? this.#world.now());
    this.#full = { jobs, since };
    this.#atMost = 1;
    if (since !== undefined && this.#world.now() - since > PATIENCE_MS) throw refusal;
  }

  /** Whether Slurm may have an array that its queue does not show; one that it does not have by now it is not to have. */
  async #isInDoubt(): Promise<boolean> {
    for (const name of this.#doubtful) {
      if ([...this.#open.values()].some(({ at }) => at?.batch === name)) continue;
      await this.#world.slurm.cancel([name]).catch(() => {});
      this.#doubtful.delete(name);
      removeBatch(this.#store.folder, name);
    }
    return this.#doubtful.size > 0;
  }

  /**
   * Submits runs as one array, and returns Slurm's refusal if it gives one. An array whose submission has no answer is taken
   * to be in the queue until that says otherwise.
   * @throws HarnessError when it cannot be written, or Slurm gives no answer again and again
   */
  async #submit(part: readonly Open[], atOnce: number | undefined): Promise<Refused | undefined> {
    const name = newName(part[0]!.place.spec.suite);
    for (const run of part) run.before = this.#recordOf(run.place)?.provenance.startedAt ?? null;
    for (const [index, run] of part.entries()) run.at = { batch: name, index };
    this.#names.add(name);
    const tasks = part.map(({ place, attempt, before }) => ({ place: placeFile(place), attempt, before }));
    try {
      await this.#submitElsewhere({ name, tasks, indexes: part.map((_, index) => index), atOnce });
      this.#unanswered = 0;
      return undefined;
    } catch (error) {
      if (error instanceof NoAnswer) {
        this.#doubtful.add(name);
        if (++this.#unanswered > UNANSWERED) throw error;
        this.#options.say(`${error.message} Whether it has the jobs is seen in its queue.`);
        return undefined;
      }
      for (const run of part) run.at = undefined;
      this.#names.delete(name);
      removeBatch(this.#store.folder, name);
      if (error instanceof Refused) return error;
      throw error;
    }
  }

  /** Not to the nodes that are sick, as long as there are others. */
  async #submitElsewhere(batch: Parameters<typeof submitBatch>[2]): Promise<void> {
    const { slurm } = this.#world;
    try {
      return await submitBatch(slurm, this.#options, { ...batch, without: [...this.#sick] });
    } catch (error) {
      if (!(error instanceof Refused) || this.#sick.size === 0) throw error;
    }
    this.#sick.clear();
    await submitBatch(slurm, this.#options, batch);
  }

  /** Of a run that cannot be read now, as on a network file system that fails for a moment, nothing is known. */
  #recordOf(place: RunPlace): RunRecord | undefined {
    try {
      return this.#store.read(place)?.record;
    } catch (error) {
      if (error instanceof HarnessError) return undefined;
      throw error;
    }
  }

  #howItWasLost({ at, attempt }: Open, task: SlurmTask | undefined): string {
    const how = task ? `ended as ${task.state}` : "is not known to Slurm any more";
    const code = task?.exitCode ? `, exit code ${task.exitCode}` : "";
    const where = task?.nodes ? ` on ${task.nodes}` : "";
    const log = at ? lastWords(this.#store.folder, at.batch, at.index) : "";
    return `its job ${how}${code}${where} and stored nothing (attempt ${attempt}).${log === "" ? "" : ` ${log}`}`;
  }

  #tell(tasks: readonly SlurmTask[]): void {
    this.#tellProgress();
    const running = tasks.filter(({ state }) => state === "RUNNING" || state === "COMPLETING").length;
    const waiting = tasks.filter(({ state }) => state === "PENDING");
    const reasons = [...new Set(waiting.map(({ reason }) => reason))].filter((reason) => reason !== "None").join(", ");
    const line = `Slurm: ${running} at work, ${waiting.length} in the queue${reasons === "" ? "" : ` (${reasons})`}.`;
    if (line !== this.#shown && running + waiting.length > 0) this.#options.say(line);
    this.#shown = line;
  }

  #tellProgress(): void {
    try {
      for (const suite of new Set([...this.#open.values()].map(({ place }) => place.spec.suite)))
        for (const { key, spec, updates } of this.#store.listProgress(suite))
          if (this.#open.get(key)?.at) this.#options.onEvent({ type: "progress", spec, updates });
    } catch {
      // A courtesy: a file system that fails for a moment must not end the plan.
    }
  }

  #hasFailures(name: string): boolean {
    const batch = batchesOf(this.#store.folder).find((other) => other.name === name);
    return (batch?.tasks ?? []).some(({ place }) => {
      const record = this.#recordOf(placeOf(place));
      return !record || !isResult(record);
    });
  }
}

/** Whether a task ended before its run was begun: the engine did not open, is another one, or nothing can be stored. */
const couldDoNothing = ({ exitCode }: SlurmTask): boolean => exitCode === EXIT.cannotJudge;

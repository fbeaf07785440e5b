/** Two runs that should agree: the first update, tensor and operation where they do not. */

import type { RunRecord } from "../contract/run.ts";
import type { TracedOperation } from "../engine/trace.ts";
import type { Trail } from "../engine/trail.ts";
import { HarnessError, messageOf } from "../errors.ts";
import { OwnCode } from "../revisions/own-code.ts";
import { arraysOf } from "../store/bits.ts";
import { canonicalJson } from "../store/run-key.ts";
import { EARLY_UPDATES } from "../worker/first-updates.ts";
import type { ReplayAsk, Replayed } from "../worker/messages.ts";
import { firstDifference, firstOperation, type OperationParting, type Parting } from "./first-difference.ts";
import type { StoredRecord } from "./stored-record.ts";

export interface Unlike {
  readonly what: string;
  readonly a: string;
  readonly b: string;
}
export interface FirstParting {
  /** Whether updates, weights and what was measured are the same bits. */
  readonly agree: boolean;
  /** What goes into the runs, or made them, and is not the same. */
  readonly unlike: readonly Unlike[];
  /** What came out and is not the same. */
  readonly results: readonly Unlike[];
  /** By the hashes that were kept; null where they do not part, or were not kept. */
  readonly kept: Parting | null;
  /** By doing both again; null where that was not needed, or could not be done. */
  readonly update: { readonly number: number; readonly tensors: readonly string[] } | null;
  /** Null where no operation was found. */
  readonly operation: OperationParting | null;
  /** What was found, and what could not be, in words. */
  readonly words: readonly string[];
}

export interface PartingOptions {
  readonly a: StoredRecord;
  readonly b: StoredRecord;
  /** Where worktrees of other revisions stand. */
  readonly worktrees: string;
  readonly signal: AbortSignal;
  say(line: string): void;
}

export async function findParting({ a, b, ...options }: PartingOptions): Promise<FirstParting> {
  const unlike = inputsUnlike(a.record, b.record);
  const results = resultsUnlike(a.record, b.record);
  const stretch = stretchOf(a.record, b.record);
  const found = { unlike, results, kept: stretch?.known ?? null, update: null, operation: null };
  if (!stretch) {
    if (results.length === 0) return { ...found, agree: true, words: ["The runs agree to the bit."] };
    const words = trainedAlike(a.record, b.record)
      ? `Their training agrees to the last update; they part in what was measured: ${results[0]!.what}.`
      : "The hashes that were kept agree as far as both have them, and the runs do not: one of them has no hashes, or ended earlier.";
    return { ...found, agree: false, words: [words] };
  }
  const exact = await byReplay(a, b, stretch, options);
  return { ...found, ...exact, agree: false, words: [stretchInWords(stretch), ...exact.words] };
}

const listed = (names: readonly string[]): string =>
  names.length <= 3 ? names.join(", ") : `${names.slice(0, 3).join(", ")} and ${names.length - 3} more`;

function inputsUnlike(a: RunRecord, b: RunRecord): Unlike[] {
  const flat = ({ spec, provenance }: RunRecord): Record<string, unknown> => {
    const { settings, ...rest } = spec;
    const { engine, machine, revision, dirty, diffSha256, lockfileSha256, sourceSha256, rootSeed } = provenance;
    return {
      ...prefixed("", rest),
      ...prefixed("settings.", settings),
      "root seed": rootSeed,
      ...prefixed("engine ", { class: engine.class, device: engine.device }),
      ...prefixed("version of ", engine.versions),
      ...prefixed("machine ", {
        cpu: machine.cpu,
        instructions: machine.instructions?.join(" "),
        cores: machine.cores,
        platform: machine.platform,
        node: machine.node,
      }),
      revision,
      "uncommitted changes": dirty,
      "their SHA-256": diffSha256,
      "package-lock.json": lockfileSha256,
      "sources of the suite": sourceSha256,
    };
  };
  return unlikeIn(flat(a), flat(b));
}

const prefixed = (prefix: string, values: Readonly<Record<string, unknown>>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(values).map(([name, value]) => [prefix + name, value]));

function unlikeIn(a: Readonly<Record<string, unknown>>, b: Readonly<Record<string, unknown>>): Unlike[] {
  const text = (value: unknown): string => (value === undefined ? "absent" : canonicalJson(value));
  return [...new Set([...Object.keys(a), ...Object.keys(b)])]
    .map((what) => ({ what, a: text(a[what]), b: text(b[what]) }))
    .filter((one) => one.a !== one.b);
}

function resultsUnlike(a: RunRecord, b: RunRecord): Unlike[] {
  const flat = (record: RunRecord): Record<string, unknown> => ({
    state: record.state,
    "updates done": record.updatesDone,
    "learning curve": record.curve,
    ...(record.state === "finished" && {
      "trained weights": record.weightsSha256,
      ...prefixed("metric ", record.metrics),
      ...prefixed("array ", arraysOf(record)),
    }),
  });
  return unlikeIn(flat(a), flat(b)).map((one) =>
    one.what === "learning curve" ? { ...one, a: "one", b: "another" } : one,
  );
}

/** Updates among which two runs are looked at for the first that parts them. */
interface Stretch {
  /** The last update after which they are known to be the same; 0 for none. */
  readonly same: number;
  readonly last: number;
  /** Null where nothing was kept by which they differ after `last`. */
  readonly known: Parting | null;
}

/** Undefined where nothing is to be looked for among the updates. */
function stretchOf(a: RunRecord, b: RunRecord): Stretch | undefined {
  const [one, other] = [trailOf(a), trailOf(b)];
  const parting = one && other ? firstDifference(one, other) : partingWithoutTrails(a, b);
  if (parting) return { same: parting.same, last: parting.differs, known: parting };
  const last = Math.min(a.updatesDone, b.updatesDone);
  const alike = (one && other) || trainedAlike(a, b) || resultsUnlike(a, b).length === 0;
  if (alike || last === 0) return undefined;
  return { same: sameEarly(a, b) ?? 0, last, known: null };
}

/** By the hashes that older versions kept too: of the state after the first updates, and of the trained one. */
function partingWithoutTrails(a: RunRecord, b: RunRecord): Parting | undefined {
  const early = sameEarly(a, b);
  if (early === 0) return { same: 0, differs: Math.min(EARLY_UPDATES, a.updatesDone, b.updatesDone), tensors: [] };
  const [one, other] = [trainedOf(a), trainedOf(b)];
  if (one === null || other === null || one === other || a.updatesDone !== b.updatesDone) return undefined;
  return { same: early ?? 0, differs: a.updatesDone, tensors: [] };
}

/** The update after which the early states are the same; 0 where they differ; undefined where one was not kept. */
function sameEarly(a: RunRecord, b: RunRecord): number | undefined {
  const early = (record: RunRecord): string | null => ("earlyStateSha256" in record && record.earlyStateSha256) || null;
  const [one, other] = [early(a), early(b)];
  if (one === null || other === null) return undefined;
  return one === other ? Math.min(EARLY_UPDATES, a.updatesDone, b.updatesDone) : 0;
}

function stretchInWords({ same, last, known }: Stretch): string {
  const from = same === 0 ? "no update is known to be the same" : `the same after update ${same}`;
  return known
    ? `By the hashes that were kept: ${from}, not after ${last}${known.tensors.length > 0 ? ` (${listed(known.tensors)})` : ""}.`
    : `By the hashes that were kept: ${from}, and none to differ; looked for in the first ${last}.`;
}

const trainedOf = (record: RunRecord): string | null => (record.state === "finished" ? record.weightsSha256 : null);

/** Also of runs that train nothing. */
const trainedAlike = (a: RunRecord, b: RunRecord): boolean =>
  a.state === "finished" && b.state === "finished" && trainedOf(a) === trainedOf(b);

const trailOf = (record: RunRecord): Trail | undefined =>
  (record.state === "finished" || record.state === "diverged") && record.trail && record.trail.update.length > 0
    ? record.trail
    : undefined;

type Tools = Pick<PartingOptions, "worktrees" | "signal" | "say">;
type Exact = Pick<FirstParting, "update" | "operation" | "words">;
const NOTHING = { update: null, operation: null };

/** Does both runs again, each by its own code, up to the end of the stretch. */
async function byReplay(
  a: StoredRecord,
  b: StoredRecord,
  { same, last, known }: Stretch,
  tools: Tools,
): Promise<Exact> {
  const ownCode = new OwnCode(tools);
  try {
    const sides: Side[] = [];
    for (const [name, stored] of Object.entries({ A: a, B: b })) {
      const code = await ownCode.of(stored.record);
      if ("why" in code) return { ...NOTHING, words: [`Run ${name} cannot be done again here: ${code.why}.`] };
      sides.push({ name, stored, folder: code.folder });
    }
    const [one, other] = sides as [Side, Side];
    const replayed = ({ name, stored, folder }: Side, ask: ReplayAsk): Promise<Replayed> => {
      const what = ask.operations ? `the operations of update ${ask.to}` : firstUpdates(ask.to);
      tools.say(`Run ${name}: ${what} again, by its own code.`);
      return ownCode.replayed(folder, stored.file, ask, `Run ${name}`);
    };
    const stretch = { from: same, to: last, operations: false };
    const replays: [Replayed, Replayed] = [await replayed(one, stretch), await replayed(other, stretch)];
    const words = sides.flatMap((side, i) => faithful(side, replays[i]!, last));
    const update = firstUpdate(...replays);
    if (!update) {
      const why = known
        ? "what parted them is not in their code and settings, but where and with what they ran"
        : "if they parted there, it was not by their code and settings";
      return { ...NOTHING, words: [...words, `Done again here, both make the same ${last} updates: ${why}.`] };
    }
    words.push(
      update.number === 0
        ? `They begin differently: ${listed(update.tensors)}.`
        : `Done again, they first part in update ${update.number}: ${listed(update.tensors)}.`,
    );
    if (update.number === 0) return { update, operation: null, words };
    const ask = { from: update.number, to: update.number, operations: true };
    const [inA, inB] = [await replayed(one, ask), await replayed(other, ask)];
    const operation = firstOperation(inA.operations, inB.operations) ?? null;
    words.push(
      operation
        ? `Its operation ${operation.number} of ${operation.of} is the first that differs: ${described(operation.a)} in A, ${described(operation.b)} in B.`
        : "Done one by one its operations make the same in both: the difference comes of how the step is compiled, or of the engine's threads.",
    );
    return { update, operation, words };
  } catch (error) {
    if (!(error instanceof HarnessError) || tools.signal.aborted) throw error;
    return { ...NOTHING, words: [messageOf(error)] };
  } finally {
    await ownCode.remove();
  }
}

const firstUpdates = (count: number): string => (count === 1 ? "the first update" : `the first ${count} updates`);

const described = (operation: TracedOperation | null): string =>
  operation
    ? `${operation.operation} [${operation.shapes.map((shape) => shape.join(" × ") || "scalar").join("; ")}]`
    : "none";

interface Side {
  readonly name: string;
  readonly stored: StoredRecord;
  readonly folder: string;
}

/** Whether what is done again is what the record has. */
function faithful({ name, stored }: Side, { updates }: Replayed, update: number): string[] {
  const trail = trailOf(stored.record);
  const at = trail?.update.indexOf(update) ?? -1;
  const now = updates.find((one) => one.update === update)?.tensors;
  if (!trail || at < 0 || !now) return [];
  const other = Object.keys(now).filter((name) => trail.tensors[name]?.[at] !== now[name]);
  if (other.length === 0) return [`Run ${name} is the same when it is done again here, up to update ${update}.`];
  return [
    `Run ${name} is another when it is done again here: after update ${update} ${listed(other)} differ from its record.`,
  ];
}

function firstUpdate(a: Replayed, b: Replayed): FirstParting["update"] {
  for (const { update, tensors } of a.updates) {
    const other = b.updates.find((one) => one.update === update)?.tensors ?? {};
    const names = [...new Set([...Object.keys(tensors), ...Object.keys(other)])];
    const differ = names.filter((name) => tensors[name] !== other[name]);
    if (differ.length > 0) return { number: update, tensors: differ };
  }
  return null;
}

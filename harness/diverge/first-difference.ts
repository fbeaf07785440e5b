/** Where two sequences of hashes part. */
import type { TracedOperation } from "../engine/trace.ts";
import type { Trail } from "../engine/trail.ts";

export interface Parting {
  /** The last update after which everything is the same; 0 for the state before the first. */
  readonly same: number;
  /** The first known update after which something differs. */
  readonly differs: number;
  /** What differs there, in the order of the state. */
  readonly tensors: readonly string[];
}

/**
 * Undefined where nothing that both have differs. Updates that only one of them has hashes of are passed over.
 * @throws RangeError when they have no update in common
 */
export function firstDifference(a: Trail, b: Trail): Parting | undefined {
  const common = a.update.filter((update) => b.update.includes(update));
  if (common.length === 0) throw new RangeError("two trails without an update in common");
  const names = [...new Set([...Object.keys(a.tensors), ...Object.keys(b.tensors)])];
  let same = 0;
  for (const update of common) {
    const [inA, inB] = [a.update.indexOf(update), b.update.indexOf(update)];
    const tensors = names.filter((name) => a.tensors[name]?.[inA] !== b.tensors[name]?.[inB]);
    if (tensors.length > 0) return { same, differs: update, tensors };
    same = update;
  }
  return undefined;
}

export interface OperationParting {
  /** Place in the order of execution, from 1. */
  readonly number: number;
  readonly of: number;
  readonly a: TracedOperation | null;
  readonly b: TracedOperation | null;
  /** What came before it, the same in both. */
  readonly before: readonly TracedOperation[];
}

/** Operations shown before the one that differs. */
const BEFORE = 3;

/** Undefined where all are the same. */
export function firstOperation(
  a: readonly TracedOperation[],
  b: readonly TracedOperation[],
): OperationParting | undefined {
  const of = Math.max(a.length, b.length);
  for (let i = 0; i < of; i++) {
    const [one, other] = [a[i] ?? null, b[i] ?? null];
    if (JSON.stringify(one) === JSON.stringify(other)) continue;
    return { number: i + 1, of, a: one, b: other, before: a.slice(Math.max(0, i - BEFORE), i) };
  }
  return undefined;
}

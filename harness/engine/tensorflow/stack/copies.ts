/** Finds the copies in a recording of several steps after each other that are the same operations. */
import {
  changed,
  type KnownValue,
  outputOf,
  type RecordedNode,
  type Recording,
  type Reference,
} from "../capture/record.ts";

/** The same operation of every copy, in their order. */
export type Corresponding = readonly RecordedNode[];

export interface Copies {
  readonly operations: readonly Corresponding[];
  /** What each copy has where the first one has this reference: of all that nodes make, and of all given that they use. */
  readonly twins: ReadonlyMap<Reference, readonly Reference[]>;
}

/**
 * The copies, where the nodes are `count` times the same operations on values of the same shapes and types, each copy on
 * its own; undefined where they are not. Constants may differ.
 */
export function copiesIn({ nodes, values }: Recording<unknown>, count: number): Copies | undefined {
  const length = nodes.length / count;
  if (!Number.isInteger(length)) return undefined;
  const made = new Set(nodes.flatMap((node) => madeBy(node, values)));
  const twins = new Map<Reference, readonly Reference[]>();
  const operations = Array.from({ length }, (_, i) =>
    Array.from({ length: count }, (_, copy) => nodes[copy * length + i]!),
  );
  /** Whether the copies use what stands for the same; what is given is noted where it is used first. */
  const correspond = (references: readonly Reference[]): boolean => {
    const [first] = references;
    const known = twins.get(first!);
    if (known) return String(known) === String(references);
    if (references.some((reference) => made.has(reference)) || !alike(references, values)) return false;
    twins.set(first!, references);
    return true;
  };
  for (const operation of operations) {
    const [first] = operation;
    if (!operation.every((node) => sameButConstants(node, first!))) return undefined;
    if (!across(operation.map(usedBy)).every(correspond)) return undefined;
    for (const references of across(operation.map((node) => madeBy(node, values)))) {
      if (!alike(references, values)) return undefined;
      twins.set(references[0]!, references);
    }
  }
  return { operations, twins };
}

const usedBy = ({ inputs, targets = [] }: RecordedNode): Reference[] => [...inputs, ...targets];

/** References to all that a node makes, in order. */
export function madeBy({ name, targets }: RecordedNode, values: ReadonlyMap<Reference, KnownValue>): Reference[] {
  const reference = targets ? changed : outputOf;
  const made: Reference[] = [];
  for (let i = 0; values.has(reference(name, i)); i++) made.push(reference(name, i));
  return made;
}

function sameButConstants(a: RecordedNode, b: RecordedNode): boolean {
  if (a.op !== b.op || a.inputs.length !== b.inputs.length || a.targets?.length !== b.targets?.length) return false;
  if (a.op === "Const") return true;
  const names = Object.keys(a.attributes);
  return (
    names.length === Object.keys(b.attributes).length &&
    names.every((name) => b.attributes[name] && Buffer.compare(a.attributes[name]!, b.attributes[name]) === 0)
  );
}

/** Whether the values have one shape and one type. */
function alike(references: readonly Reference[], values: ReadonlyMap<Reference, KnownValue>): boolean {
  const kinds = references.map((reference) => {
    const { shape, type } = values.get(reference)!;
    return `${type} [${shape}]`;
  });
  return new Set(kinds).size === 1;
}

/** Copy by copy → place by place; the lists are as long as the shortest. */
function across<T>(lists: readonly (readonly T[])[]): T[][] {
  const length = Math.min(...lists.map((list) => list.length));
  return Array.from({ length }, (_, i) => lists.map((list) => list[i]!));
}

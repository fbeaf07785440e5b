/** Turns a recording of several steps after each other into operations with a leading axis of steps. */
import { outputOf, type Recording, type Reference } from "../capture/record.ts";
import type { Outputs } from "../capture/state-nodes.ts";
import { type Copies, type Corresponding, copiesIn, madeBy } from "./copies.ts";
import { STACKED_FORMS } from "./stacked-operations.ts";
import { type CopiedValue, StackedValues } from "./stacked-values.ts";

type Known = Recording<unknown>["values"];

/**
 * The recording with the operations of its `count` steps stacked where they have a stacked form (stacked-operations.ts);
 * the others stay one a step. Steps that are not the same operations are stacked as one single step: a step has the same
 * bits in every stack.
 */
export function stackCopies(recording: Recording<Outputs>, count: number): Recording<Outputs> {
  const copies = copiesIn(recording, count);
  return copies ? stacked(recording, copies, count) : stacked(recording, copiesIn(recording, 1)!, 1);
}

function stacked(recording: Recording<Outputs>, copies: Copies, count: number): Recording<Outputs> {
  const { nodes, values: known, outputs } = recording;
  const values = new StackedValues(count, `${nodes[0]?.name}/stack`);
  const made = new Map<Reference, CopiedValue>(); // by the first copy's reference
  /** What is given is each copy's own, even if it is the same. */
  const valueBy = (first: Reference): CopiedValue => made.get(first) ?? put(first, { each: copies.twins.get(first)! });
  const put = (first: Reference, forms: Partial<CopiedValue>): CopiedValue => {
    const value = { ...known.get(first)!, ...forms };
    made.set(first, value);
    return value;
  };
  for (const operation of copies.operations) {
    const node = operation[0]!;
    const inputs = node.inputs.map(valueBy);
    const references = madeBy(node, known);
    if (isShared(operation, inputs, known)) {
      values.add(node);
      for (const reference of references) put(reference, { shared: reference });
      continue;
    }
    const about = { node, inputs, outputs: references.map((reference) => known.get(reference)!) };
    const form = STACKED_FORMS.get(node.op)?.(values, about);
    if (form === undefined) keep(operation, inputs, values);
    references.forEach((reference, i) => {
      put(reference, form === undefined ? { each: copies.twins.get(reference)! } : { stacked: outputOf(form, i) });
    });
  }
  const places = placesOf(copies.operations, known);
  const now = (reference: Reference): Reference => {
    const place = places.get(reference);
    return place ? values.each(made.get(place.first)!)[place.copy]! : reference;
  };
  const state = Object.fromEntries(Object.entries(outputs.state).map(([name, reference]) => [name, now(reference)]));
  const answers = outputs.values.map((value) => ({ ...value, reference: now(value.reference) }));
  return { nodes: values.nodes, values: known, outputs: { state, values: answers } };
}

/** One operation a copy. */
function keep(operation: Corresponding, inputs: readonly CopiedValue[], values: StackedValues): void {
  operation.forEach((node, copy) => {
    values.add({ ...node, inputs: inputs.map((value) => values.each(value)[copy]!) });
  });
}

/** One for all: a constant that is the same in every copy, or what is made of such alone; a product is always stacked. */
function isShared(operation: Corresponding, inputs: readonly CopiedValue[], known: Known): boolean {
  const { op, targets } = operation[0]!;
  if (targets || op === "MatMul") return false;
  if (op !== "Const") return inputs.length > 0 && inputs.every(({ shared }) => shared !== undefined);
  const [first, ...others] = operation.map(({ name }) => known.get(name)!.constant!);
  return others.every((content) => Buffer.compare(content, first!) === 0);
}

/** Where each value that the nodes make has its place: in which copy, and the first copy's reference of it. */
function placesOf(
  operations: readonly Corresponding[],
  known: Known,
): Map<Reference, { readonly first: Reference; readonly copy: number }> {
  return new Map(
    operations.flatMap((operation) => {
      const firsts = madeBy(operation[0]!, known);
      return operation.flatMap((node, copy) =>
        madeBy(node, known).map((reference, i) => [reference, { first: firsts[i]!, copy }] as const),
      );
    }),
  );
}

/** The values of a step's copies, and how they become one tensor with a leading axis of copies, and back. */
import { attr, DataType, type Node } from "../capture/graph-def.ts";
import { type KnownValue, outputOf, type Reference } from "../capture/record.ts";

/** One value of every copy, in one or more forms; `shape` and `type` are those of one copy. */
export interface CopiedValue extends KnownValue {
  /** The same constant, or made of such alone, in every copy. */
  readonly shared?: Reference;
  /** Of each copy. */
  each?: readonly Reference[];
  /** Of all: [copies, …shape]. */
  stacked?: Reference;
}

/** Nodes of a graph under construction, in which values change their form once, where they first have to. */
export class StackedValues {
  readonly nodes: Node[] = [];
  readonly copies: number;
  readonly #folder: string;
  #made = 0;

  /** @param folder of the names of nodes that stand for none of the copies'. */
  constructor(copies: number, folder: string) {
    this.copies = copies;
    this.#folder = folder;
  }

  /** Adds a node; its first output. */
  add(node: Omit<Node, "name"> & { readonly name?: string }): Reference {
    this.#made += 1;
    const name = node.name ?? `${this.#folder}/${this.#made}`;
    this.nodes.push({ ...node, name });
    return name;
  }

  each(value: CopiedValue): readonly Reference[] {
    value.each ??=
      value.shared === undefined ? this.#unpack(value) : new Array<Reference>(this.copies).fill(value.shared);
    return value.each;
  }

  stacked(value: CopiedValue): Reference {
    value.stacked ??= this.add({
      op: "Pack",
      inputs: this.each(value),
      attributes: { N: attr.integer(this.copies), T: attr.type(value.type), axis: attr.integer(0) },
    });
    return value.stacked;
  }

  /** The stacked value as [copies, 1, …, 1, …shape], for a broadcast with copies of this rank. */
  aligned(value: CopiedValue, rank: number): Reference {
    const missing = rank - value.shape.length;
    if (missing === 0) return this.stacked(value);
    return this.reshaped(this.stacked(value), value.type, [...new Array<number>(missing).fill(1), ...value.shape]);
  }

  /** A stacked value whose copies get another shape. */
  reshaped(stacked: Reference, type: number, shape: readonly number[], name?: string): Reference {
    return this.add({
      ...(name !== undefined && { name }),
      op: "Reshape",
      inputs: [stacked, this.integers([this.copies, ...shape])],
      attributes: { T: attr.type(type), Tshape: attr.type(DataType.int32) },
    });
  }

  /** A constant vector, or a scalar. */
  integers(numbers: readonly number[], shape: readonly number[] = [numbers.length]): Reference {
    const content = new Uint8Array(Int32Array.from(numbers).buffer);
    const value = attr.tensor(DataType.int32, shape, content);
    return this.add({ op: "Const", inputs: [], attributes: { dtype: attr.type(DataType.int32), value } });
  }

  #unpack({ stacked, type }: CopiedValue): Reference[] {
    const attributes = { num: attr.integer(this.copies), T: attr.type(type), axis: attr.integer(0) };
    const name = this.add({ op: "Unpack", inputs: [stacked!], attributes });
    return Array.from({ length: this.copies }, (_, copy) => outputOf(name, copy));
  }
}

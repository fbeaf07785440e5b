/**
 * Which operations have a stacked form. None may let the bits of a copy depend on how many there are, or on its place:
 * matrix products and sums do not (measured), nor what is rounded correctly. Exponentials and their like do: kernels take
 * the last few numbers of a tensor by another routine. They stay one operation a copy.
 */
import { NHWC } from "../attributes.ts";
import { attr, attrOf, DataType, type Node } from "../capture/graph-def.ts";
import type { KnownValue, Reference } from "../capture/record.ts";
import type { CopiedValue, StackedValues } from "./stacked-values.ts";

/** One operation of every copy. */
export interface CopiedOperation {
  /** The first copy's. */
  readonly node: Node;
  readonly inputs: readonly CopiedValue[];
  /** What one copy's makes. */
  readonly outputs: readonly KnownValue[];
}
/** Adds the stacked form: its first output; undefined where each copy has to keep its own. */
export type StackedForm = (values: StackedValues, operation: CopiedOperation) => Reference | undefined;

/** Of an operation on few numbers nothing is gained: one is stacked where one of its inputs is already. */
const whereStacked =
  (form: StackedForm): StackedForm =>
  (values, operation) =>
    operation.inputs.some(({ stacked }) => stacked !== undefined) ? form(values, operation) : undefined;

const nameOf = ({ name }: Node): string => `${name}/stacked`;

const matMul: StackedForm = (values, { node, inputs }) => {
  const { T, transpose_a, transpose_b } = node.attributes;
  return values.add({
    name: nameOf(node),
    op: "BatchMatMulV2",
    inputs: inputs.map((value) => values.stacked(value)),
    attributes: { T: T!, adj_x: transpose_a!, adj_y: transpose_b! },
  });
};

/** Inputs are broadcast: those that all copies share come without the leading axis. */
const elementwise = whereStacked((values, { node, inputs, outputs }) => {
  const rank = outputs[0]!.shape.length;
  const aligned = inputs.map((value) => value.shared ?? values.aligned(value, rank));
  return values.add({ ...node, name: nameOf(node), inputs: aligned });
});

/** Nothing is broadcast. */
const ofOneShape = whereStacked((values, { node, inputs }) =>
  values.add({ ...node, name: nameOf(node), inputs: inputs.map((value) => values.stacked(value)) }),
);

const biasAdd = whereStacked((values, { node, inputs, outputs }) => {
  if (!lastAxisIsUnits(node)) return undefined;
  const rank = outputs[0]!.shape.length;
  const aligned = inputs.map((value) => value.shared ?? values.aligned(value, rank));
  return values.add({ name: nameOf(node), op: "AddV2", inputs: aligned, attributes: { T: node.attributes.T! } });
});

const biasAddGrad = whereStacked((values, { node, inputs: [dy] }) => {
  if (!lastAxisIsUnits(node)) return undefined;
  const shared = dy!.shape.slice(0, -1).map((_, axis) => axis + 1);
  return values.add({
    name: nameOf(node),
    op: "Sum",
    inputs: [dy!.stacked!, values.integers(shared)],
    attributes: { T: node.attributes.T!, Tidx: attr.type(DataType.int32), keep_dims: attrOf(KEEP_NO_AXES) },
  });
});
const KEEP_NO_AXES = { name: "keep_dims", type: 3, value: false };
const lastAxisIsUnits = ({ attributes: { data_format } }: Node): boolean =>
  data_format !== undefined && Buffer.compare(data_format, attrOf(NHWC)) === 0;

/** Reductions, concatenations, splits: the last input, a constant that names axes, moves by one. @param asItIs the input that does not change: sizes along the axis. */
const alongAxes = (asItIs?: number): StackedForm =>
  whereStacked((values, { node, inputs }) => {
    const axes = inputs.at(-1)!;
    if (axes.shared === undefined || !axes.constant) return undefined;
    const moved = integersOf(axes.constant).map((axis) => (axis < 0 ? axis : axis + 1));
    const given = inputs.slice(0, -1).map((value, i) => (i === asItIs ? value.shared : values.stacked(value)));
    if (given.includes(undefined)) return undefined;
    const all = [...(given as Reference[]), values.integers(moved, axes.shape)];
    return values.add({ ...node, name: nameOf(node), inputs: all });
  });
const integersOf = (bytes: Uint8Array): number[] => [...new Int32Array(bytes.slice().buffer)];

const reshape = whereStacked((values, { node, inputs: [x], outputs: [y] }) =>
  x!.stacked === undefined ? undefined : values.reshaped(x!.stacked, y!.type, y!.shape, nameOf(node)),
);

const every = (operations: readonly string[], form: StackedForm): [string, StackedForm][] =>
  operations.map((operation) => [operation, form]);

/** By the operation's name. */
export const STACKED_FORMS: ReadonlyMap<string, StackedForm> = new Map([
  ["MatMul", matMul],
  ["BiasAdd", biasAdd],
  ["BiasAddGrad", biasAddGrad],
  ["ReluGrad", ofOneShape],
  ...every(["Add", "AddV2", "Sub", "Mul", "RealDiv", "Maximum", "Minimum"], elementwise),
  ...every(["Neg", "Abs", "Square", "Sqrt", "Relu", "Cast", "Identity"], elementwise),
  ...every(["Equal", "Greater", "GreaterEqual", "Less", "LessEqual", "SelectV2"], elementwise),
  ...every(["Reshape", "ExpandDims", "Squeeze"], reshape),
  ...every(["Sum", "Mean", "Max", "Min", "ConcatV2"], alongAxes()),
  ["SplitV", alongAxes(1)],
]);

/** Operations of TensorFlow that change variables, as functions of tensors. */
import type { Binding, InPlaceChange, OpAttribute, TensorMetadata } from "./load.ts";

const DTYPE: OpAttribute = { name: "dtype", type: 4, value: 1 };
const text = (name: string, value: string): OpAttribute => ({ name, type: 0, value });

let variables = 0;

/** The values that variables which start as `targets` have after the operation. The targets stay as they are. */
export function changeInPlace(binding: Binding, { op, attributes, targets, inputs }: InPlaceChange): TensorMetadata[] {
  const handles = targets.map(({ shape }) => {
    variables += 1;
    const named = [text("container", ""), text("shared_name", `changed-in-place/${variables}`)];
    return binding.executeOp("VarHandleOp", [DTYPE, { name: "shape", type: 5, value: shape }, ...named], [], 1)[0]!.id;
  });
  targets.forEach(({ handle }, i) => {
    binding.executeOp("AssignVariableOp", [DTYPE], [handles[i]!, handle], 0); // shares the values until they change
  });
  binding.executeOp(op, attributes, [...handles, ...inputs], 0);
  return handles.map((handle) => {
    const changed = binding.executeOp("ReadVariableOp", [DTYPE], [handle], 1)[0]!;
    binding.executeOp("DestroyResourceOp", [{ name: "ignore_lookup_error", type: 3, value: false }], [handle], 0);
    binding.deleteTensor(handle);
    return changed;
  });
}

/** Operations of TensorFlow that change variables, as functions of tensors. */
import { bool, FLOAT, shape as ofShape, text, type } from "./attributes.ts";
import type { Binding, InPlaceChange, TensorMetadata } from "./load.ts";

const DTYPE = type("dtype", FLOAT);

let variables = 0;

/** The values that variables which start as `targets` have after the operation. The targets stay as they are. */
export function changeInPlace(binding: Binding, { op, attributes, targets, inputs }: InPlaceChange): TensorMetadata[] {
  const handles = targets.map(({ shape }) => {
    variables += 1;
    const named = [text("container", ""), text("shared_name", `changed-in-place/${variables}`)];
    return binding.executeOp("VarHandleOp", [DTYPE, ofShape(shape), ...named], [], 1)[0]!.id;
  });
  targets.forEach(({ handle }, i) => {
    binding.executeOp("AssignVariableOp", [DTYPE], [handles[i]!, handle], 0); // shares the values until they change
  });
  binding.executeOp(op, attributes, [...handles, ...inputs], 0);
  return handles.map((handle) => {
    const changed = binding.executeOp("ReadVariableOp", [DTYPE], [handle], 1)[0]!;
    binding.executeOp("DestroyResourceOp", [bool("ignore_lookup_error", false)], [handle], 0);
    binding.deleteTensor(handle);
    return changed;
  });
}

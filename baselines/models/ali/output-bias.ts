import type { HostState } from "../../../harness/engine/host-state.ts";
import { type ConvolutionalTable, convolutionalParameters } from "../../../harness/nn/convolutional.ts";

/** A state whose decoder starts at an image of these log-odds. @throws RangeError when they are not the image's size. */
export function withOutputBias(state: HostState, decoder: ConvolutionalTable, outputBias: Float32Array): HostState {
  const { name, shape, size } = convolutionalParameters(decoder).at(-1)!;
  if (outputBias.length !== size)
    throw new RangeError(`${outputBias.length} output biases for images of ${shape.join(" × ")}`);
  return { ...state, [name]: { shape, data: outputBias.slice() } };
}
